using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace DxmiMlNet.Images;

/// <summary>Writes grey PNG files of 16 bits, which Skia does not (PNG specification, W3C 2003).</summary>
internal static class Png16Encoder
{
    /// <param name="values">[height, width], row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="stream">Receives the file.</param>
    public static void Write(ReadOnlySpan<ushort> values, int height, int width, Stream stream)
    {
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 16;   // bits a sample; the rest is 0: grey, deflate, adaptive filters, not interlaced
        Chunk(stream, "IHDR"u8, header);
        using var data = new MemoryStream();
        using (var compressed = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + 2 * width];   // the first byte names the row's filter: none
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(1 + 2 * x), values[y * width + x]);
                compressed.Write(row);
            }
        }
        Chunk(stream, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        Chunk(stream, "IEND"u8, []);
    }

    // Length, name, content, and the CRC-32 of name and content.
    private static void Chunk(Stream stream, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        stream.Write(number);
        stream.Write(name);
        stream.Write(content);
        var checksum = new Crc32();
        checksum.Append(name);
        checksum.Append(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32());
        stream.Write(number);
    }
}
