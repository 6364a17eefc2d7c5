using System.Buffers.Binary;

namespace DxmiMlNet.Images.Decoding;

/// <summary>The chunks of a PNG file: length, type, contents and checksum, one after the other (section 5.3).</summary>
internal static class PngChunks
{
    private const int Around = 12;   // length, type and checksum

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>The orientation in the chunk eXIf (section 11.3.4.5); 1 where there is none.</summary>
    public static int Orientation(ReadOnlyMemory<byte> file)
    {
        int at = Signature.Length;
        while (TryRead(file, ref at, out var type, out var contents))
            if (type.SequenceEqual("eXIf"u8))
                return ExifOrientation.Of(contents.Span);
        return 1;
    }

    /// <summary>Reads the chunk that begins at <paramref name="at"/>, and moves to the next one; false at the end of the picture or of the bytes.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> file, ref int at, out ReadOnlySpan<byte> type, out ReadOnlyMemory<byte> contents)
    {
        type = default;
        contents = default;
        if (file.Length - at < Around)
            return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(file.Span[at..]);
        type = file.Span.Slice(at + 4, 4);
        if (length > file.Length - at - Around || type.SequenceEqual("IEND"u8))
            return false;
        contents = file.Slice(at + 8, (int)length);
        at += Around + (int)length;
        return true;
    }
}
