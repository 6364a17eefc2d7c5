using System.Buffers.Binary;

namespace DxmiMlNet.Images.Decoding;

/// <summary>What a file holds, whatever its name.</summary>
internal enum ImageFormat
{
    Unknown,
    Png,

    /// <summary>PNG with 16 bits a sample.</summary>
    Png16,
    Jpeg,
    Bmp,
    Tiff,
}

/// <summary>Tells the formats apart by their first bytes.</summary>
internal static class ImageFormats
{
    private const int PngBitDepthOffset = 24;   // 8 signature, 8 chunk head, 8 width and height

    public static ImageFormat Of(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngChunks.Signature))
            return file.Length > PngBitDepthOffset && file[PngBitDepthOffset] == 16 ? ImageFormat.Png16 : ImageFormat.Png;
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (file.StartsWith("BM"u8))
            return ImageFormat.Bmp;
        // 42 is TIFF, 43 is BigTIFF.
        if (file.Length >= 4 && ((file.StartsWith("II"u8) && BinaryPrimitives.ReadUInt16LittleEndian(file[2..]) is 42 or 43)
            || (file.StartsWith("MM"u8) && BinaryPrimitives.ReadUInt16BigEndian(file[2..]) is 42 or 43)))
            return ImageFormat.Tiff;
        return ImageFormat.Unknown;
    }

    /// <summary>What a file of a format that is not read seems to be; null where that is not known.</summary>
    public static string? NameOther(ReadOnlySpan<byte> file) => file switch
    {
        _ when file.StartsWith("GIF8"u8) => "GIF",
        _ when file.StartsWith("%PDF"u8) => "PDF",
        _ when file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) => "WebP",
        _ when file.Length >= 12 && file[4..].StartsWith("ftyp"u8) => "HEIF, AVIF or a film",
        _ when file.Length >= 12 && file[4..].StartsWith("JXL "u8) => "JPEG XL",
        _ when file.Length >= 12 && file[4..].StartsWith("jP  "u8) => "JPEG 2000",
        _ => null,
    };
}
