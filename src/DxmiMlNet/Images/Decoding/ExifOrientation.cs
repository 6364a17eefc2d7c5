using System.Buffers.Binary;

namespace DxmiMlNet.Images.Decoding;

/// <summary>Finds the orientation in EXIF's tags, which are laid out as a TIFF file is (Exif 3.0, sections 4.5.2 and 4.6.4).</summary>
internal static class ExifOrientation
{
    private const int EntryBytes = 12, OrientationTag = 0x0112, Short = 3;

    /// <summary>1 to 8; 1 where the tags name none or are damaged.</summary>
    public static int Of(ReadOnlySpan<byte> exif)
    {
        if (exif.Length < 8)
            return 1;
        bool isLittle = exif.StartsWith("II"u8);
        if (!isLittle && !exif.StartsWith("MM"u8))
            return 1;
        uint directory = U32(exif[4..], isLittle);
        if (directory > exif.Length - 2)
            return 1;
        var entries = exif[((int)directory + 2)..];
        int count = Math.Min(U16(exif[(int)directory..], isLittle), entries.Length / EntryBytes);
        for (int i = 0; i < count; i++)
        {
            var entry = entries.Slice(i * EntryBytes, EntryBytes);
            if (U16(entry, isLittle) == OrientationTag && U16(entry[2..], isLittle) == Short)
                return U16(entry[8..], isLittle) is >= 1 and <= 8 and var orientation ? orientation : 1;
        }
        return 1;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, bool isLittle)
        => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes, bool isLittle)
        => isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
