using System.Buffers.Binary;
using BitMiracle.LibTiff.Classic;

namespace DxmiMlNet.Images.Decoding;

/// <summary>Decodes the first picture of a TIFF or BigTIFF file with LibTiff.</summary>
internal sealed class TiffDecoder : ImageDecoder
{
    private readonly ReadOnlyMemory<byte> _file;
    private readonly TiffHeader _header;

    public TiffDecoder(ReadOnlyMemory<byte> file)
    {
        _file = file;
        _header = new TiffHeader(file);
        Width = _header.Width;
        Height = _header.Height;
        Orientation = _header.Orientation;
    }

    public override void Read(PixelBuffer into)
    {
        _header.CheckBlocks();
        TiffMessages.Read(() => ReadChecked(into));
    }

    public override void Dispose()
    {
    }

    private unsafe void ReadChecked(PixelBuffer into)
    {
        using var pinned = _file.Pin();
        using var stream = new UnmanagedMemoryStream((byte*)pinned.Pointer, _file.Length);
        using var tiff = Tiff.ClientOpen("image", "r", stream, new TiffStream()) ?? throw new InvalidDataException("it has no directory");
        if ((Tag(tiff, TiffTag.IMAGEWIDTH), Tag(tiff, TiffTag.IMAGELENGTH)) != (Width, Height))
            throw new InvalidDataException("the tags contradict each other");
        into.Resize(Width, Height);
        int bits = Tag(tiff, TiffTag.BITSPERSAMPLE);
        var photometric = (Photometric)Tag(tiff, TiffTag.PHOTOMETRIC);
        var format = (SampleFormat)Tag(tiff, TiffTag.SAMPLEFORMAT);
        if (bits > 16 || format is not (SampleFormat.UINT or SampleFormat.VOID))
            throw new InvalidDataException($"its samples are {bits}-bit {format}, where unsigned ones of at most 16 bits are read");

        if (bits is 8 or 16 && photometric is Photometric.MINISBLACK or Photometric.MINISWHITE or Photometric.RGB)
            ReadSamples(tiff, bits / 8, photometric, into);
        else if (bits <= 8)
            ReadConverted(tiff, into);
        else
            throw new InvalidDataException($"its samples are {bits}-bit {photometric}, where grey or RGB is read");
    }

    private static int Tag(Tiff tiff, TiffTag tag)
        => (tiff.GetFieldDefaulted(tag) ?? throw new InvalidDataException($"the tag {tag} is missing"))[0].ToInt();

    /// <summary>
    /// Grey and RGB as they are stored: LibTiff's own conversion cuts 16 bits to 8 without rounding and multiplies colour with alpha.
    /// </summary>
    private static void ReadSamples(Tiff tiff, int sampleBytes, Photometric photometric, PixelBuffer into)
    {
        int samples = Tag(tiff, TiffTag.SAMPLESPERPIXEL);
        int channels = photometric == Photometric.RGB ? 3 : 1;
        if (samples < channels)
            throw new InvalidDataException($"it has {samples} samples a pixel, where {photometric} has {channels}");
        bool separate = (PlanarConfig)Tag(tiff, TiffTag.PLANARCONFIG) == PlanarConfig.SEPARATE;
        int stride = (separate ? 1 : samples) * sampleBytes;   // from a sample to the same one of the next pixel
        bool tiled = tiff.IsTiled();
        int blockWidth = tiled ? Tag(tiff, TiffTag.TILEWIDTH) : into.Width;
        int blockHeight = tiled ? Tag(tiff, TiffTag.TILELENGTH) : 1;
        var block = new byte[tiled ? tiff.TileSize() : tiff.ScanlineSize()];
        if (block.Length < (long)blockWidth * blockHeight * stride)
            throw new InvalidDataException("the tags contradict each other");

        for (int plane = 0; plane < (separate ? channels : 1); plane++)
        {
            for (int y = 0; y < into.Height; y += blockHeight)
            {
                for (int x = 0; x < into.Width; x += blockWidth)
                {
                    bool read = tiled ? tiff.ReadTile(block, 0, x, y, 0, (short)plane) >= 0 : tiff.ReadScanline(block, y, (short)plane);
                    if (!read)
                        throw new InvalidDataException($"it ends before row {y}");
                    int rows = Math.Min(blockHeight, into.Height - y), columns = Math.Min(blockWidth, into.Width - x);
                    for (int row = 0; row < rows; row++)
                    {
                        var source = block.AsSpan(row * blockWidth * stride);
                        var target = into.Bytes[(((y + row) * into.Width + x) * 4)..];
                        for (int channel = separate ? plane : 0; channel < (separate ? plane + 1 : channels); channel++)
                            Copy(source[(separate ? 0 : channel * sampleBytes)..], sampleBytes, stride, target[(2 - channel)..], columns);
                    }
                }
            }
        }
        if (channels == 1)
            SpreadGrey(into, invert: photometric == Photometric.MINISWHITE);
        into.DropAlpha();
    }

    private static void Copy(ReadOnlySpan<byte> source, int sampleBytes, int stride, Span<byte> target, int count)
    {
        for (int i = 0; i < count; i++)
            target[i * 4] = sampleBytes == 1 ? source[i * stride] : PixelBuffer.To8Bit(BinaryPrimitives.ReadUInt16LittleEndian(source[(i * stride)..]));
    }

    private static void SpreadGrey(PixelBuffer into, bool invert)
    {
        var bytes = into.Bytes;
        for (int i = 0; i < bytes.Length; i += 4)
        {
            byte grey = invert ? (byte)(255 - bytes[i + 2]) : bytes[i + 2];
            bytes[i] = bytes[i + 1] = bytes[i + 2] = grey;
        }
    }

    /// <summary>Palettes, YCbCr, CMYK and fewer than 8 bits by LibTiff's own conversion, in the order in which they are stored.</summary>
    private static void ReadConverted(Tiff tiff, PixelBuffer into)
    {
        var raster = new int[into.Width * into.Height];
        if (!tiff.ReadRGBAImageOriented(into.Width, into.Height, raster, (Orientation)Tag(tiff, TiffTag.ORIENTATION), stopOnError: true))
            throw new InvalidDataException("its pixels cannot be converted");
        var bytes = into.Bytes;
        for (int i = 0; i < raster.Length; i++)
        {
            bytes[4 * i] = (byte)Tiff.GetB(raster[i]);
            bytes[4 * i + 1] = (byte)Tiff.GetG(raster[i]);
            bytes[4 * i + 2] = (byte)Tiff.GetR(raster[i]);
        }
        into.DropAlpha();
    }
}
