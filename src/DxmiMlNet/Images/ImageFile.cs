using DxmiMlNet.Files;
using DxmiMlNet.Persistence;
using Microsoft.ML.Data;
using SkiaSharp;

namespace DxmiMlNet.Images;

/// <summary>
/// Reads and writes image files. Read are PNG, JPEG, BMP and TIFF (the first picture of a file), told apart by their contents and not by
/// their names: grey and colour of up to 8 bits a sample, and 16 bits in PNG and TIFF (grey or RGB), which are rounded to 8 over their full
/// range. Samples are taken as stored, without colour management; alpha is left out; EXIF's (JPEG) and TIFF's orientation is followed.
/// </summary>
public static class ImageFile
{
    private const int JpegQuality = 95;

    /// <summary>Decodes an image file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The picture, 8 bits each of blue, green, red and an alpha of 255; the caller disposes it.</returns>
    /// <exception cref="DxmiException">The file is missing, empty, cut off, corrupt, or no image of a known format.</exception>
    public static MLImage Load(string path)
    {
        var pixels = new PixelBuffer();
        Decode(path, pixels);
        return pixels.ToImage();
    }

    /// <summary>Reads the size of an image, as <see cref="Load"/> would give it, without decoding its pixels.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Height and width in pixels.</returns>
    /// <exception cref="DxmiException">The file is missing, empty, or no image of a known format.</exception>
    public static (int Height, int Width) ReadSize(string path)
        => Read(path, (file, format) => format == ImageFormat.Tiff ? TiffDecoder.ReadSize(file) : SkiaDecoder.ReadSize(file));

    /// <summary>Writes an image; the file appears whole or not at all.</summary>
    /// <param name="image">What to write.</param>
    /// <param name="path">A name that ends in .png (lossless), .jpg or .jpeg (quality 95); what is there is replaced.</param>
    /// <exception cref="ArgumentOutOfRangeException">The name ends otherwise.</exception>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public static void Save(MLImage image, string path)
    {
        ArgumentNullException.ThrowIfNull(image);
        var format = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".png" => SKEncodedImageFormat.Png,
            ".jpg" or ".jpeg" => SKEncodedImageFormat.Jpeg,
            _ => throw new ArgumentOutOfRangeException(nameof(path), $"Image file '{path}' has an extension that is not written. Expected .png, .jpg or .jpeg. Choose one of them."),
        };
        AtomicFile.Write(path, "Image", stream => Encode(image, format, stream));
    }

    /// <summary>Decodes an image file into memory that can serve again.</summary>
    /// <returns>What the file turned out to hold.</returns>
    /// <exception cref="DxmiException">As for <see cref="Load"/>.</exception>
    internal static ImageFormat Decode(string path, PixelBuffer into) => Read(path, (file, format) => Decode(file, format, into));

    /// <summary>Decodes the bytes of an image file into memory that can serve again.</summary>
    /// <exception cref="DxmiException">As for <see cref="Load"/>.</exception>
    internal static ImageFormat Decode(ReadOnlyMemory<byte> file, string name, PixelBuffer into)
        => Read(file.ToArray(), name, (bytes, format) => Decode(bytes, format, into));

    /// <summary>Decodes a stream of an image file into memory that can serve again.</summary>
    /// <exception cref="DxmiException">As for <see cref="Load"/>.</exception>
    internal static ImageFormat Decode(Stream stream, string name, PixelBuffer into)
    {
        using var file = new MemoryStream();
        stream.CopyTo(file);
        return Read(file.ToArray(), name, (bytes, format) => Decode(bytes, format, into));
    }

    private static ImageFormat Decode(byte[] file, ImageFormat format, PixelBuffer into)
    {
        switch (format)
        {
            case ImageFormat.Tiff:
                TiffDecoder.Decode(file, into);
                break;
            case ImageFormat.Png16:
                Png16Decoder.Decode(file, into);
                break;
            default:
                SkiaDecoder.Decode(file, into);
                break;
        }
        return format;
    }

    private static T Read<T>(string path, Func<byte[], ImageFormat, T> read)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"Image '{path}' cannot be opened: {e.Message}",
                "Expected a file that exists and that this user may read.", "Check the path, the permissions and the drive.", e);
        }
        return Read(file, path, read);
    }

    private static T Read<T>(byte[] file, string path, Func<byte[], ImageFormat, T> read)
    {
        var format = ImageFormats.Of(file);
        if (format == ImageFormat.Unknown)
            throw new DxmiException(file.Length == 0 ? $"Image '{path}' is empty." : $"File '{path}' is no image of a known format: it begins with {Convert.ToHexString(file.AsSpan(0, Math.Min(8, file.Length)))}.",
                "Expected PNG, JPEG, BMP or TIFF.", "Copy or record the file again, or convert it to PNG.");
        try
        {
            return read(file, format);
        }
        // The file is in memory: an IOException is the decompressor's. A damaged header can ask for more memory than there is.
        catch (Exception e) when (e is InvalidDataException or IOException or OutOfMemoryException)
        {
            string cause = e is EndOfStreamException ? "the file is cut off" : e.Message.TrimEnd('.');
            throw new DxmiException($"Image '{path}' cannot be decoded: {cause}.",
                $"Expected a whole {(format == ImageFormat.Png16 ? "16-bit PNG" : format.ToString().ToUpperInvariant())} file.", "Copy or record the file again, or convert it to PNG.", e);
        }
    }

    private static unsafe void Encode(MLImage image, SKEncodedImageFormat format, Stream stream)
    {
        var colors = image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
        fixed (byte* pixels = image.Pixels)
        {
            // ML.NET's images hold premultiplied colour.
            using var map = new SKPixmap(new SKImageInfo(image.Width, image.Height, colors, SKAlphaType.Premul), (nint)pixels);
            using var data = map.Encode(format, JpegQuality) ?? throw new IOException("the encoder failed");
            data.SaveTo(stream);
        }
    }
}
