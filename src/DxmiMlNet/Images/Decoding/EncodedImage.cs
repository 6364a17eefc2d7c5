using System.Buffers;
using DxmiMlNet.Files;

namespace DxmiMlNet.Images.Decoding;

/// <summary>From the bytes of an image, wherever they come from, to its size or its pixels: the one place with the limits and the error texts.</summary>
internal static class EncodedImage
{
    // Of decoded memory: the pixels and one copy of them, turned or as ML.NET's image, and what a decoder keeps itself (progressive JPEG: six bytes).
    private const int BytesPerPixel = 12;

    private const int FirstReading = 1 << 16;   // of a stream that does not know its length

    /// <summary>Decodes an image into memory that can serve again.</summary>
    /// <param name="file">What the file holds.</param>
    /// <param name="name">What error texts call it.</param>
    /// <param name="into">Takes the upright picture.</param>
    /// <returns>What the file turned out to hold.</returns>
    /// <exception cref="DxmiException">It cannot be decoded, or is too large.</exception>
    public static ImageFormat Decode(ReadOnlyMemory<byte> file, string name, PixelBuffer into) => Open(file, name, (decoder, format) =>
    {
        using var share = DecodingMemory.Pixels.Take((long)decoder.Width * decoder.Height * BytesPerPixel);
        decoder.Read(into);
        into.Orient(decoder.Orientation);
        return format;
    });

    /// <summary>Reads the size of the upright picture.</summary>
    /// <exception cref="DxmiException">It has no whole header, or is too large.</exception>
    public static (int Height, int Width) ReadSize(ReadOnlyMemory<byte> file, string name)
        => Open(file, name, (decoder, _) => decoder.Orientation is >= 5 and <= 8 ? (decoder.Width, decoder.Height) : (decoder.Height, decoder.Width));

    /// <summary>Does something with the bytes of a file.</summary>
    /// <exception cref="DxmiException">It is no regular file, cannot be read, or is too long.</exception>
    public static T WithFile<T>(string path, Func<ReadOnlyMemory<byte>, T> use)
    {
        FileStream stream;
        try
        {
            stream = RegularFile.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
        using (stream)
        using (DecodingMemory.Files.Take(Math.Min(stream.Length, ImageDecoding.MaximumFileBytes)))
            return WithStream(stream, path, use);
    }

    /// <summary>Does something with the bytes of a stream, from where it stands to its end; it stays open.</summary>
    /// <exception cref="DxmiException">It cannot be read, or is too long.</exception>
    public static T WithStream<T>(Stream stream, string name, Func<ReadOnlyMemory<byte>, T> use)
    {
        long most = ImageDecoding.MaximumFileBytes;
        byte[] bytes = [];
        try
        {
            int length = 0;
            try
            {
                long known = stream.CanSeek ? stream.Length - stream.Position : FirstReading;
                if (known > most)
                    throw TooLong(name, known, most);
                bytes = ArrayPool<byte>.Shared.Rent((int)Math.Max(known, 0) + 1);   // one more shows that it ends here
                int read;
                while ((read = stream.Read(bytes, length, bytes.Length - length)) > 0)
                {
                    if ((length += read) > most)
                        throw TooLong(name, length, most);
                    if (length == bytes.Length)
                        Grow(ref bytes, length);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ObjectDisposedException)
            {
                throw Unreadable(name, e);
            }
            return use(bytes.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static T Open<T>(ReadOnlyMemory<byte> file, string name, Func<ImageDecoder, ImageFormat, T> use)
    {
        var format = ImageFormats.Of(file.Span);
        if (format == ImageFormat.Unknown)
            throw UnknownFormat(file.Span, name);
        try
        {
            using var decoder = ImageDecoder.Open(format, file);
            CheckSize(decoder, name);
            return use(decoder, format);
        }
        // Nothing is read from outside any more: whatever a decoder runs into is the file's fault.
        catch (Exception e) when (e is not DxmiException)
        {
            string cause = e is EndOfStreamException ? "the file is cut off" : Excerpt.Of(e.Message.TrimEnd('.'), 200);
            throw new DxmiException($"Image '{name}' cannot be decoded: {cause}.",
                $"Expected a whole {(format == ImageFormat.Png16 ? "16-bit PNG" : format.ToString().ToUpperInvariant())} file.", "Copy or record the file again, or convert it to PNG.", e);
        }
    }

    private static void CheckSize(ImageDecoder decoder, string name)
    {
        if (decoder.Width <= 0 || decoder.Height <= 0)
            throw new InvalidDataException($"it claims to have {decoder.Width} x {decoder.Height} pixels");
        if (decoder.Width > ImageDecoding.LongestSide || decoder.Height > ImageDecoding.LongestSide || (long)decoder.Width * decoder.Height > ImageDecoding.MaximumPixels)
            throw new ImageTooLargeException($"Image '{name}' claims to have {decoder.Width} x {decoder.Height} pixels (width x height).",
                $"At most {ImageDecoding.MaximumPixels} pixels were expected, and {ImageDecoding.LongestSide} on a side.",
                "Take a smaller picture or a part of this one, or raise ImageDecoding.MaximumPixels.");
    }

    private static void Grow(ref byte[] bytes, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * length, Array.MaxLength));
        bytes.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }

    private static DxmiException UnknownFormat(ReadOnlySpan<byte> file, string name) => new(
        file.IsEmpty ? $"Image '{name}' is empty."
            : $"File '{name}' is no image of a known format{(ImageFormats.NameOther(file) is { } other ? $", but probably {other}" : "")}.",
        "Expected PNG, JPEG, BMP or TIFF.", "Copy or record the file again, or convert it to PNG.");

    private static DxmiException Unreadable(string name, Exception e) => new($"Image '{name}' cannot be opened: {e.Message.TrimEnd('.')}.",
        "Expected a file that exists and that this user may read.", "Check the path, the permissions and the drive.", e);

    private static DxmiException TooLong(string name, long length, long most) => new($"Image '{name}' has {length} bytes.",
        $"At most {most} were expected: 8 a pixel of the largest image that is read.", "Take a smaller picture, or raise ImageDecoding.MaximumPixels.");
}
