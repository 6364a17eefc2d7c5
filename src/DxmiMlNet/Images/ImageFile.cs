using DxmiMlNet.Files;
using DxmiMlNet.Images.Decoding;
using Microsoft.ML.Data;
using SkiaSharp;

namespace DxmiMlNet.Images;

/// <summary>
/// Reads and writes image files. Read are PNG, JPEG, BMP and TIFF (the first picture of a file), told apart by their contents and not by
/// their names: grey and colour of up to 8 bits a sample, and 16 bits in PNG and TIFF (grey or RGB), which are rounded to 8 over their full
/// range. Samples are taken as stored, without colour management; alpha is left out; EXIF's (JPEG, PNG) and TIFF's orientation is followed. What is
/// read is bounded by <see cref="ImageDecoding"/>.
/// </summary>
public static class ImageFile
{
    private const int JpegQuality = 95;

    /// <summary>Decodes an image file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The picture, 8 bits each of blue, green, red and an alpha of 255; the caller disposes it.</returns>
    /// <exception cref="DxmiException">
    /// The file is missing, no regular file, empty, cut off, corrupt, no image of a known format, or larger than <see cref="ImageDecoding.MaximumPixels"/>.
    /// </exception>
    public static MLImage Load(string path) => ToImage(pixels => Decode(path, pixels));

    /// <summary>Decodes an image from a stream, which is read to its end and stays open.</summary>
    /// <param name="stream">What a file would hold.</param>
    /// <param name="name">What error texts call the image.</param>
    /// <returns>The picture, as <see cref="Load(string)"/> gives it; the caller disposes it.</returns>
    /// <exception cref="DxmiException">As for <see cref="Load(string)"/>.</exception>
    public static MLImage Load(Stream stream, string name) => ToImage(pixels => Decode(stream, name, pixels));

    /// <summary>Decodes an image in memory.</summary>
    /// <param name="file">What a file would hold.</param>
    /// <param name="name">What error texts call the image.</param>
    /// <returns>The picture, as <see cref="Load(string)"/> gives it; the caller disposes it.</returns>
    /// <exception cref="DxmiException">As for <see cref="Load(string)"/>.</exception>
    public static MLImage Load(ReadOnlyMemory<byte> file, string name) => ToImage(pixels => Decode(file, name, pixels));

    /// <summary>Reads the size of an image, as <see cref="Load(string)"/> would give it, without decoding its pixels.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Height and width in pixels.</returns>
    /// <exception cref="DxmiException">The file is missing, empty, no image of a known format, or too large.</exception>
    public static (int Height, int Width) ReadSize(string path) => EncodedImage.WithFile(path, file => EncodedImage.ReadSize(file, path));

    /// <summary>Reads the size of an image in memory, as <see cref="Load(string)"/> would give it, without decoding its pixels.</summary>
    /// <param name="file">What a file would hold.</param>
    /// <param name="name">What error texts call the image.</param>
    /// <returns>Height and width in pixels.</returns>
    /// <exception cref="DxmiException">It is empty, no image of a known format, or too large.</exception>
    public static (int Height, int Width) ReadSize(ReadOnlyMemory<byte> file, string name) => EncodedImage.ReadSize(file, name);

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

    /// <summary>Writes an image as PNG.</summary>
    /// <param name="image">What to write.</param>
    /// <param name="stream">Where to; it stays open.</param>
    public static void SavePng(MLImage image, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(stream);
        Encode(image, SKEncodedImageFormat.Png, stream);
    }

    /// <summary>Decodes an image file into memory that can serve again.</summary>
    /// <returns>What the file turned out to hold.</returns>
    /// <exception cref="DxmiException">As for <see cref="Load(string)"/>.</exception>
    internal static ImageFormat Decode(string path, PixelBuffer into) => EncodedImage.WithFile(path, file => EncodedImage.Decode(file, path, into));

    /// <inheritdoc cref="Decode(string, PixelBuffer)"/>
    internal static ImageFormat Decode(Stream stream, string name, PixelBuffer into)
        => EncodedImage.WithStream(stream, name, file => EncodedImage.Decode(file, name, into));

    /// <inheritdoc cref="Decode(string, PixelBuffer)"/>
    internal static ImageFormat Decode(ReadOnlyMemory<byte> file, string name, PixelBuffer into) => EncodedImage.Decode(file, name, into);

    private static MLImage ToImage(Action<PixelBuffer> decode)
    {
        var pixels = new PixelBuffer();
        decode(pixels);
        return pixels.ToImage();
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
