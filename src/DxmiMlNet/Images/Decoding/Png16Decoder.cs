using System.Buffers.Binary;
using System.IO.Compression;

namespace DxmiMlNet.Images.Decoding;

/// <summary>
/// Decodes PNG with 16 bits a sample (W3C, Portable Network Graphics, third edition) and rounds to 8 bits.
/// Skia cuts the lower eight bits off instead, which is off by one for a quarter of all values.
/// </summary>
internal sealed class Png16Decoder : ImageDecoder
{
    // First column, first row, column step, row step of Adam7's passes (section 8.2).
    private static readonly (int X, int Y, int StepX, int StepY)[] s_adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int X, int Y, int StepX, int StepY)[] s_whole = [(0, 0, 1, 1)];

    private readonly ReadOnlyMemory<byte> _file;
    private readonly int _channels;
    private readonly bool _isInterlaced;

    public Png16Decoder(ReadOnlyMemory<byte> file)
    {
        _file = file;
        int at = PngChunks.Signature.Length;
        if (!PngChunks.TryRead(file, ref at, out var type, out var contents))
            throw new EndOfStreamException();
        var header = contents.Span;
        if (!type.SequenceEqual("IHDR"u8) || header.Length != 13)
            throw new InvalidDataException("it does not begin with a header");
        Width = BinaryPrimitives.ReadInt32BigEndian(header);
        Height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        // 0 grey, 2 colour, 4 grey with alpha, 6 colour with alpha.
        _channels = header[9] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => throw new InvalidDataException($"the header has the colour type {header[9]}") };
        if (header[10] != 0 || header[11] != 0 || header[12] > 1)
            throw new InvalidDataException($"the header has the methods {header[10]}, {header[11]} and {header[12]}");
        _isInterlaced = header[12] == 1;
        Orientation = PngChunks.Orientation(file);
    }

    public override void Read(PixelBuffer into)
    {
        into.Resize(Width, Height);
        using var samples = new ZLibStream(new PngDataStream(_file), CompressionMode.Decompress);
        foreach (var pass in _isInterlaced ? s_adam7 : s_whole)
            ReadPass(samples, _channels, pass, into);
        samples.ReadByte();   // reaches the checksum, which is verified then
    }

    public override void Dispose()
    {
    }

    private static void ReadPass(Stream samples, int channels, (int X, int Y, int StepX, int StepY) pass, PixelBuffer into)
    {
        int columns = (into.Width - pass.X + pass.StepX - 1) / pass.StepX;
        if (columns <= 0)
            return;
        var row = new byte[columns * channels * 2];
        var above = new byte[row.Length];
        for (int y = pass.Y; y < into.Height; y += pass.StepY)
        {
            int filter = samples.ReadByte();
            samples.ReadExactly(row);
            Unfilter(filter, row, above, channels * 2);
            var bytes = into.Bytes[(y * into.Width * 4)..];
            for (int i = 0; i < columns; i++)
            {
                var sample = row.AsSpan(i * channels * 2);
                var pixel = bytes.Slice((pass.X + i * pass.StepX) * 4, 4);
                pixel[2] = PixelBuffer.To8Bit(BinaryPrimitives.ReadUInt16BigEndian(sample));
                pixel[1] = channels < 3 ? pixel[2] : PixelBuffer.To8Bit(BinaryPrimitives.ReadUInt16BigEndian(sample[2..]));
                pixel[0] = channels < 3 ? pixel[2] : PixelBuffer.To8Bit(BinaryPrimitives.ReadUInt16BigEndian(sample[4..]));
                pixel[3] = 255;
            }
            (row, above) = (above, row);
        }
    }

    /// <summary>Adds the prediction from the left (a), from above (b) and from above left (c), modulo 256 (section 9.2).</summary>
    private static void Unfilter(int filter, byte[] row, byte[] above, int pixelBytes)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = pixelBytes; i < row.Length; i++)
                    row[i] += row[i - pixelBytes];
                break;
            case 2:
                for (int i = 0; i < row.Length; i++)
                    row[i] += above[i];
                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i < pixelBytes ? 0 : row[i - pixelBytes]) + above[i]) / 2);
                break;
            case 4:
                for (int i = 0; i < row.Length; i++)
                    row[i] += (byte)(i < pixelBytes ? above[i] : Paeth(row[i - pixelBytes], above[i], above[i - pixelBytes]));
                break;
            default:
                throw new InvalidDataException($"a row has the filter {filter}");
        }
    }

    private static int Paeth(int a, int b, int c)
    {
        int p = a + b - c;
        int pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
}
