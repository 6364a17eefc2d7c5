using SkiaSharp;

namespace DxmiMlNet.Images;

/// <summary>Decodes PNG up to 8 bits, JPEG and BMP with Skia.</summary>
internal static class SkiaDecoder
{
    /// <exception cref="InvalidDataException">The file is not whole.</exception>
    public static unsafe void Decode(byte[] file, PixelBuffer into)
    {
        using var codec = Open(file);
        // Unpremultiplied, and without a colour space: the samples come as they were stored.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Unpremul);
        into.Resize(info.Width, info.Height);
        fixed (byte* pixels = into.Bytes)
            Check(codec.GetPixels(info, (nint)pixels));
        if (codec.Info.AlphaType != SKAlphaType.Opaque)
            into.DropAlpha();
        into.Orient((int)codec.EncodedOrigin);
    }

    /// <summary>Size of the upright picture, from the file's header.</summary>
    /// <exception cref="InvalidDataException">The header is not whole.</exception>
    public static (int Height, int Width) ReadSize(byte[] file)
    {
        using var codec = Open(file);
        return (int)codec.EncodedOrigin >= 5 ? (codec.Info.Width, codec.Info.Height) : (codec.Info.Height, codec.Info.Width);
    }

    private static SKCodec Open(byte[] file)
    {
        var codec = SKCodec.Create(new SKMemoryStream(file), out var result);
        Check(codec is null && result == SKCodecResult.Success ? SKCodecResult.InvalidInput : result);
        return codec!;
    }

    // A codec that runs out of input fills the rest with grey and says so only here.
    private static void Check(SKCodecResult result)
    {
        if (result != SKCodecResult.Success)
            throw new InvalidDataException(result == SKCodecResult.IncompleteInput ? "the file is cut off" : $"the decoder reports {result}");
    }
}
