using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace DxmiMlNet.Images.Decoding;

/// <summary>A view of pixels of 32 bits, wherever they lie.</summary>
internal readonly ref struct PixelFrame
{
    /// <param name="bytes">[height, stride], row by row; the last row may end with its last pixel.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="isBgra">Whether blue comes first, or red.</param>
    public PixelFrame(ReadOnlySpan<byte> bytes, int width, int height, int stride, bool isBgra)
    {
        Bytes = bytes;
        Width = width;
        Height = height;
        Stride = stride;
        IsBgra = isBgra;
    }

    public ReadOnlySpan<byte> Bytes { get; }
    public int Width { get; }
    public int Height { get; }
    public int Stride { get; }
    public bool IsBgra { get; }

    /// <summary>B, G, R, A or R, G, B, A of a row's pixels: [Width, 4].</summary>
    public ReadOnlySpan<byte> Row(int y) => Bytes.Slice(y * Stride, 4 * Width);

    /// <summary>An opaque copy of the pixels, which the caller disposes.</summary>
    public MLImage ToImage()
    {
        int length = 4 * Width * Height;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            for (int y = 0; y < Height; y++)
                Row(y).CopyTo(copy.AsSpan(4 * Width * y));
            for (int i = 3; i < length; i += 4)
                copy[i] = 255;
            return MLImage.CreateFromPixels(Width, Height, IsBgra ? MLPixelFormat.Bgra32 : MLPixelFormat.Rgba32, copy.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    public static PixelFrame Of(PixelBuffer buffer) => new(buffer.Bytes, buffer.Width, buffer.Height, 4 * buffer.Width, isBgra: true);

    /// <exception cref="DxmiException">The image's pixels are in no format of 32 bits.</exception>
    public static PixelFrame Of(MLImage image) => image.PixelFormat switch
    {
        MLPixelFormat.Bgra32 => new(image.Pixels, image.Width, image.Height, image.Pixels.Length / image.Height, isBgra: true),
        MLPixelFormat.Rgba32 => new(image.Pixels, image.Width, image.Height, image.Pixels.Length / image.Height, isBgra: false),
        _ => throw new DxmiException($"The image of {image.Width} x {image.Height} pixels is in format {image.PixelFormat}.",
            "Rgba32 or Bgra32 was expected.", "Load it with MLImage.CreateFromFile, or convert it."),
    };

    /// <summary>Views pixels in memory, or a copy of them where they are not of 32 bits.</summary>
    /// <param name="pixels">[height, stride], row by row; the last row may end with its last pixel.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next; 0 where rows follow each other.</param>
    /// <param name="format">Layout of a pixel.</param>
    /// <param name="converted">Holds the copy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sizes do not fit together; the message says which.</exception>
    public static PixelFrame Of(ReadOnlySpan<byte> pixels, int width, int height, int stride, ImagePixelFormat format, PixelBuffer converted)
    {
        stride = CheckedStride(pixels.Length, width, height, stride, format);
        int rowBytes = BytesPerPixel(format) * width;
        if (format is ImagePixelFormat.Rgba32 or ImagePixelFormat.Bgra32)
            return new PixelFrame(pixels, width, height, stride, format == ImagePixelFormat.Bgra32);
        converted.Resize(width, height);
        for (int y = 0; y < height; y++)
            Convert(pixels.Slice(y * stride, rowBytes), format, converted.Bytes.Slice(4 * y * width, 4 * width));
        return Of(converted);
    }

    /// <summary>Makes sure that sizes fit together.</summary>
    /// <returns>The stride, also where it was left to be found.</returns>
    /// <exception cref="ArgumentOutOfRangeException">They do not; the message says which.</exception>
    public static int CheckedStride(int length, int width, int height, int stride, ImagePixelFormat format)
    {
        int bytes = BytesPerPixel(format);
        if (width < 1 || height < 1)
            throw new ArgumentOutOfRangeException(nameof(width), $"The pixels are {width} x {height} (width x height). Expected 1 or more of both. Pass the camera's size.");
        long least = (long)bytes * width;
        if (stride == 0)
            stride = checked((int)least);
        if (stride < least)
            throw new ArgumentOutOfRangeException(nameof(stride),
                $"The stride is {stride} bytes. A row of {width} pixels in {format} takes {least}. Pass the camera's stride, or 0 where rows follow each other.");
        long needed = (long)stride * (height - 1) + least;
        if (length < needed)
            throw new ArgumentOutOfRangeException(nameof(length),
                $"There are {length} bytes of pixels. {width} x {height} pixels in {format} with a stride of {stride} take {needed}. Pass the whole frame.");
        return stride;
    }

    private static int BytesPerPixel(ImagePixelFormat format) => format switch
    {
        ImagePixelFormat.Gray8 => 1,
        ImagePixelFormat.Gray16 => 2,
        ImagePixelFormat.Rgb24 or ImagePixelFormat.Bgr24 => 3,
        ImagePixelFormat.Rgba32 or ImagePixelFormat.Bgra32 => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(format), $"The pixel format {format} is unknown. Expected one of {nameof(ImagePixelFormat)}. Convert the pixels to one of them."),
    };

    // One row to blue, green, red and 255.
    private static void Convert(ReadOnlySpan<byte> from, ImagePixelFormat format, Span<byte> to)
    {
        var pixels = MemoryMarshal.Cast<byte, uint>(to);
        switch (format)
        {
            case ImagePixelFormat.Gray8:
                for (int x = 0; x < pixels.Length; x++)
                    pixels[x] = Grey(from[x]);
                break;
            case ImagePixelFormat.Gray16:
                for (int x = 0; x < pixels.Length; x++)
                    pixels[x] = Grey(PixelBuffer.To8Bit(from[2 * x] | (from[2 * x + 1] << 8)));
                break;
            default:
                int blue = format == ImagePixelFormat.Bgr24 ? 0 : 2;
                for (int x = 0; x < pixels.Length; x++)
                    pixels[x] = 0xFF000000u | ((uint)from[3 * x + 2 - blue] << 16) | ((uint)from[3 * x + 1] << 8) | from[3 * x + blue];
                break;
        }
    }

    private static uint Grey(byte value) => 0xFF000000u | (value * 0x010101u);
}
