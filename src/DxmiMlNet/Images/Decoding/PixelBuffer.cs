using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace DxmiMlNet.Images.Decoding;

/// <summary>The pixels of one decoded image, 8 bits each of blue, green, red and 255; its memory serves image after image.</summary>
internal sealed class PixelBuffer
{
    private const int LargeBytes = 128 << 20;   // 32 megapixels: cameras up to there keep their memory

    private byte[] _bytes = [];

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>B, G, R, A of every pixel, row by row: [Height, Width, 4].</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, Width * Height * 4);

    /// <summary>One element a pixel: [Height, Width].</summary>
    public Span<uint> Pixels => MemoryMarshal.Cast<byte, uint>(Bytes);

    /// <summary>Takes another size; the pixels are then undefined.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or an image of that size does not fit into one array.</exception>
    public void Resize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        long length = (long)width * height * 4;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength);
        // Small images behind a huge one do not hold on to its memory.
        if (_bytes.Length < length || (_bytes.Length > LargeBytes && _bytes.Length / 4 > length))
        {
            _bytes = [];   // so that the old memory may go before the new is taken
            _bytes = GC.AllocateUninitializedArray<byte>((int)length);
        }
        (Width, Height) = (width, height);
    }

    /// <summary>Lets the memory of a large image go, where many buffers wait for their next image; the size stays, the pixels do not.</summary>
    public void Trim()
    {
        if (_bytes.Length > LargeBytes)
            _bytes = [];
    }

    /// <summary>Makes every pixel opaque and leaves its colour.</summary>
    public void DropAlpha()
    {
        var bytes = Bytes;
        for (int i = 3; i < bytes.Length; i += 4)
            bytes[i] = 255;
    }

    /// <summary>Turns and mirrors the stored pixels to how the picture is looked at.</summary>
    /// <param name="orientation">EXIF's and TIFF's number, 1 to 8; anything else is taken as 1, upright.</param>
    public void Orient(int orientation)
    {
        if (orientation is < 2 or > 8)
            return;
        int width = Width, height = Height;
        var stored = ArrayPool<uint>.Shared.Rent(width * height);   // [height, width]
        Pixels.CopyTo(stored);
        if (orientation >= 5)
            (Width, Height) = (height, width);
        var upright = Pixels;            // [Height, Width]
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                // Where TIFF 6.0, page 36, says that the 0th row and the 0th column are seen.
                var (y, x) = orientation switch
                {
                    2 => (row, width - 1 - column),                // top, right
                    3 => (height - 1 - row, width - 1 - column),   // bottom, right
                    4 => (height - 1 - row, column),               // bottom, left
                    5 => (column, row),                            // left, top
                    6 => (column, height - 1 - row),               // right, top
                    7 => (width - 1 - column, height - 1 - row),   // right, bottom
                    _ => (width - 1 - column, row),                // left, bottom
                };
                upright[y * Width + x] = stored[row * width + column];
            }
        }
        ArrayPool<uint>.Shared.Return(stored);
    }

    /// <summary>A copy of the pixels as ML.NET's image, which the caller disposes.</summary>
    public MLImage ToImage() => MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Bgra32, Bytes);

    /// <summary>A 16-bit sample as the nearest of 8 bits: round(v 255 / 65535) = floor((v + 128) / 257).</summary>
    public static byte To8Bit(int sample) => (byte)((sample + 128) / 257);
}
