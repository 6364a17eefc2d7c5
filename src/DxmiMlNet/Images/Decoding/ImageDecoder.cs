namespace DxmiMlNet.Images.Decoding;

/// <summary>One image whose header is read, and whose pixels can be.</summary>
internal abstract class ImageDecoder : IDisposable
{
    /// <summary>Columns as stored; may be anything until it is checked.</summary>
    public int Width { get; protected init; }

    /// <summary>Rows as stored; may be anything until it is checked.</summary>
    public int Height { get; protected init; }

    /// <summary>EXIF's and TIFF's number, 1 to 8; anything else means upright.</summary>
    public int Orientation { get; protected init; } = 1;

    /// <summary>Reads the header; hardly any memory is taken.</summary>
    /// <exception cref="InvalidDataException">The header is not as it should be.</exception>
    /// <exception cref="EndOfStreamException">The file is cut off.</exception>
    public static ImageDecoder Open(ImageFormat format, ReadOnlyMemory<byte> file) => format switch
    {
        ImageFormat.Tiff => new TiffDecoder(file),
        ImageFormat.Png16 => new Png16Decoder(file),
        _ => new SkiaDecoder(file, format),
    };

    /// <summary>Decodes the pixels as they are stored; the size must have been checked.</summary>
    /// <exception cref="InvalidDataException">The file is not as it should be.</exception>
    /// <exception cref="EndOfStreamException">The file is cut off.</exception>
    public abstract void Read(PixelBuffer into);

    public abstract void Dispose();
}
