using System.Buffers.Binary;
using System.IO.Compression;
using BitMiracle.LibTiff.Classic;
using SkiaSharp;

namespace DxmiMlNet.Tests.Support;

/// <summary>Small image files of every kind, as bytes.</summary>
internal static class Encoded
{
    /// <summary>A picture whose pixels are <paramref name="color"/>(row, column), as PNG or JPEG.</summary>
    public static byte[] Skia(SKEncodedImageFormat format, int height, int width, Func<int, int, SKColor> color)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Bgra8888, SKAlphaType.Unpremul);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, color(y, x));
        return bitmap.Encode(format, 100).ToArray();
    }

    /// <summary>A one-coloured PNG.</summary>
    public static byte[] Png(int height, int width, byte grey = 128)
        => Skia(SKEncodedImageFormat.Png, height, width, (_, _) => new SKColor(grey, grey, grey));

    /// <summary>A PNG of given samples; every row has another filter.</summary>
    /// <param name="samples">[height, width, channels]</param>
    public static byte[] Png(int height, int width, int bits, int[] samples, bool interlaced = false)
    {
        int channels = samples.Length / (height * width);
        var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        WriteChunk(file, "IHDR", [.. BigEndian(width), .. BigEndian(height), (byte)bits, new byte[] { 0, 4, 2, 6 }[channels - 1], 0, 0, (byte)(interlaced ? 1 : 0)]);
        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionMode.Compress, leaveOpen: true))
        {
            (int X, int Y, int StepX, int StepY)[] passes = interlaced
                ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
                : [(0, 0, 1, 1)];
            foreach (var pass in passes)
            {
                byte[]? above = null;
                for (int y = pass.Y; y < height && pass.X < width; y += pass.StepY)
                {
                    var row = new List<byte>();
                    for (int x = pass.X; x < width; x += pass.StepX)
                        for (int c = 0; c < channels; c++)
                        {
                            int sample = samples[(y * width + x) * channels + c];
                            if (bits == 16)
                                row.Add((byte)(sample >> 8));
                            row.Add((byte)sample);
                        }
                    int filter = y % 5;
                    zlib.WriteByte((byte)filter);
                    zlib.Write(Filter(filter, [.. row], above ?? new byte[row.Count], channels * bits / 8));
                    above = [.. row];
                }
            }
        }
        WriteChunk(file, "IDAT", data.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Filter(int filter, byte[] row, byte[] above, int step)
        => [.. row.Select((value, i) =>
        {
            int a = i < step ? 0 : row[i - step], b = above[i], c = i < step ? 0 : above[i - step];
            int paeth = new[] { a, b, c }.MinBy(p => Math.Abs(a + b - c - p));   // the first of equals
            return (byte)(value - new[] { 0, a, b, (a + b) / 2, paeth }[filter]);
        })];

    private static void WriteChunk(Stream file, string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        uint crc = 0xFFFFFFFF;
        foreach (byte b in body)
        {
            crc ^= b;
            for (int k = 0; k < 8; k++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        file.Write([.. BigEndian(data.Length), .. body, .. BigEndian((int)~crc)]);
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A JPEG with an EXIF block that says how it is to be turned.</summary>
    public static byte[] WithExifOrientation(byte[] jpeg, int orientation)
        =>
        [
            .. jpeg[..2],
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8,                         // APP1 of 34 bytes
            .. "MM\0*"u8, 0, 0, 0, 8, 0, 1,                             // TIFF header, one entry
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0,   // Orientation, SHORT, 1 value
            0, 0, 0, 0,
            .. jpeg[2..],
        ];

    /// <summary>A PNG with a chunk eXIf behind its header that says how it is to be turned.</summary>
    public static byte[] PngWithExifOrientation(byte[] png, int orientation)
    {
        const int HeaderEnd = 8 + 25;
        var file = new MemoryStream();
        file.Write(png.AsSpan(0, HeaderEnd));
        WriteChunk(file, "eXIf", [.. "II*"u8, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]);
        file.Write(png.AsSpan(HeaderEnd));
        return file.ToArray();
    }

    /// <summary>A grey PNG of 8 bits that claims a size and holds hardly a pixel.</summary>
    public static byte[] PngThatClaims(int height, int width) => Black(height, width, 1000);

    /// <summary>A whole black PNG of 8 bits, of any size in a moment.</summary>
    public static byte[] Black(int height, int width) => Black(height, width, height * (width + 1));

    private static byte[] Black(int height, int width, int bytes)
    {
        var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        WriteChunk(file, "IHDR", [.. BigEndian(width), .. BigEndian(height), 8, 0, 0, 0, 0]);
        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionMode.Compress, leaveOpen: true))
            zlib.Write(new byte[bytes]);
        WriteChunk(file, "IDAT", data.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A one-coloured JPEG of 16 x 16 pixels with four inks, inverted, as Adobe's programs write it.</summary>
    public static byte[] CmykJpeg(byte cyan, byte magenta, byte yellow, byte black)
    {
        int[] samples = [.. Enumerable.Range(0, 256).SelectMany(_ => new[] { 255 - cyan, 255 - magenta, 255 - yellow, 255 - black })];
        var file = Tiff(16, 16, 8, samples, Photometric.SEPARATED, compression: Compression.JPEG);
        using var tiff = BitMiracle.LibTiff.Classic.Tiff.ClientOpen("test", "r", new MemoryStream(file), new TiffStream());
        var tables = tiff.GetField(TiffTag.JPEGTABLES)[1].GetBytes();
        var strip = new byte[tiff.RawStripSize(0)];
        tiff.ReadRawStrip(0, strip, 0, strip.Length);
        return [.. tables[..^2], 0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0, .. strip[2..]];   // APP14, no YCCK
    }

    /// <summary>A 24-bit BMP.</summary>
    public static byte[] Bmp(int height, int width, Func<int, int, SKColor> color)
    {
        int stride = (width * 3 + 3) / 4 * 4;
        var file = new byte[54 + stride * height];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        file[10] = 54;
        file[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        file[26] = 1;
        file[28] = 24;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                var c = color(y, x);
                new[] { c.Blue, c.Green, c.Red }.CopyTo(file, 54 + (height - 1 - y) * stride + x * 3);
            }
        return file;
    }

    /// <summary>A TIFF of given samples.</summary>
    /// <param name="samples">[height, width, channels]; with fewer than 8 bits one byte of packed samples each.</param>
    public static byte[] Tiff(int height, int width, int bits, int[] samples, Photometric photometric, bool tiled = false, bool separate = false,
        bool bigEndian = false, int orientation = 1, Compression compression = Compression.LZW, int channels = 0, SampleFormat format = SampleFormat.UINT)
    {
        if (channels == 0)
            channels = samples.Length / (height * width);
        var file = new MemoryStream();
        using var tiff = BitMiracle.LibTiff.Classic.Tiff.ClientOpen("test", bigEndian ? "wb" : "wl", file, new TiffStream());
        tiff.SetField(TiffTag.IMAGEWIDTH, width);
        tiff.SetField(TiffTag.IMAGELENGTH, height);
        tiff.SetField(TiffTag.BITSPERSAMPLE, bits);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, channels);
        tiff.SetField(TiffTag.SAMPLEFORMAT, format);
        tiff.SetField(TiffTag.PHOTOMETRIC, photometric);
        tiff.SetField(TiffTag.PLANARCONFIG, separate ? PlanarConfig.SEPARATE : PlanarConfig.CONTIG);
        tiff.SetField(TiffTag.COMPRESSION, compression);
        tiff.SetField(TiffTag.ORIENTATION, orientation);
        if (photometric == Photometric.RGB && channels == 4)
            tiff.SetField(TiffTag.EXTRASAMPLES, 1, new[] { (short)ExtraSample.UNASSALPHA });
        if (tiled)
        {
            tiff.SetField(TiffTag.TILEWIDTH, 16);
            tiff.SetField(TiffTag.TILELENGTH, 16);
        }
        else
        {
            tiff.SetField(TiffTag.ROWSPERSTRIP, 16);
        }

        byte[] Block(int y0, int x0, int rows, int columns, int plane)
        {
            var bytes = new List<byte>();
            for (int y = y0; y < y0 + rows; y++)
                for (int x = x0; x < x0 + columns; x++)
                    for (int c = separate ? plane : 0; c < (separate ? plane + 1 : channels); c++)
                    {
                        int sample = y < height && x < width ? samples[(y * width + x) * channels + c] : 0;
                        bytes.AddRange(BitConverter.GetBytes(sample)[..(bits / 8)]);   // in this machine's order: LibTiff swaps
                    }
            return [.. bytes];
        }

        for (int plane = 0; plane < (separate ? channels : 1); plane++)
        {
            if (tiled)
                for (int y = 0; y < height; y += 16)
                    for (int x = 0; x < width; x += 16)
                        tiff.WriteTile(Block(y, x, 16, 16, plane), x, y, 0, (short)plane);
            else
                for (int y = 0; y < height; y++)
                    tiff.WriteScanline(bits < 8 ? [(byte)samples[y]] : Block(y, 0, 1, width, plane), y, (short)plane);
        }
        tiff.WriteDirectory();
        return file.ToArray();
    }
}
