using System.Buffers;
using SkiaSharp;

namespace DxmiMlNet.Images.Decoding;

/// <summary>Decodes PNG up to 8 bits, JPEG and BMP with Skia.</summary>
internal sealed class SkiaDecoder : ImageDecoder
{
    private readonly SKCodec _codec;
    private readonly SKData _data;
    private readonly MemoryHandle _file;   // Skia reads from where the bytes are

    public unsafe SkiaDecoder(ReadOnlyMemory<byte> file, ImageFormat format)
    {
        _file = file.Pin();
        _data = SKData.Create((nint)_file.Pointer, file.Length);
        var codec = SKCodec.Create(_data);
        if (codec is null)
        {
            _data.Dispose();
            _file.Dispose();
            throw new InvalidDataException("the header is not whole");
        }
        _codec = codec;
        Width = codec.Info.Width;
        Height = codec.Info.Height;
        // Skia follows EXIF in JPEG only.
        Orientation = format == ImageFormat.Png ? PngChunks.Orientation(file) : (int)codec.EncodedOrigin;
    }

    public override unsafe void Read(PixelBuffer into)
    {
        // Unpremultiplied, and without a colour space: the samples come as they were stored.
        var info = new SKImageInfo(Width, Height, SKColorType.Bgra8888, SKAlphaType.Unpremul);
        into.Resize(Width, Height);
        SKCodecResult result;
        fixed (byte* pixels = into.Bytes)
            result = _codec.GetPixels(info, (nint)pixels);
        // A codec that runs out of input fills the rest with grey and says so only here.
        if (result != SKCodecResult.Success)
            throw new InvalidDataException(result == SKCodecResult.IncompleteInput ? "the file is cut off" : $"the decoder reports {result}");
        if (_codec.Info.AlphaType != SKAlphaType.Opaque)
            into.DropAlpha();
    }

    public override void Dispose()
    {
        _codec.Dispose();
        _data.Dispose();
        _file.Dispose();
    }
}
