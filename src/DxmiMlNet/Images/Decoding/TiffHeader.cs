namespace DxmiMlNet.Images.Decoding;

/// <summary>
/// The first directory of a TIFF or BigTIFF file (TIFF 6.0, section 2), as far as it says how much memory decoding will take. LibTiff allocates what
/// the tags ask for; here they are held against the file's length and each other before LibTiff sees them.
/// </summary>
internal sealed class TiffHeader
{
    private const int MostSamples = 64;             // of a pixel
    private const long MostBytesOfBlock = 64 << 20; // where a tile is larger than its picture
    private const int MostReadings = 4;             // of a byte of the file, by strips or tiles that share it
    private const int MostDirectoryEntries = 4096;

    // Compression (tag 259): none, CCITT, LZW, JPEG, Deflate, PackBits. Not the JPEG of 1992 (6), which TIFF's authors withdrew.
    private static readonly long[] s_compressions = [1, 2, 3, 4, 5, JpegCompression, 8, 32946, 32773];
    private const int JpegCompression = 7;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly bool _isLittle, _isBig;
    private readonly Dictionary<int, Entry> _entries = [];

    /// <exception cref="InvalidDataException">The directory contradicts the file or itself, or is of a kind that is not read.</exception>
    /// <exception cref="EndOfStreamException">The file is cut off.</exception>
    public TiffHeader(ReadOnlyMemory<byte> file)
    {
        _file = file;
        _isLittle = file.Span[0] == 'I';
        _isBig = U16(2) == 43;
        ReadDirectory();
        Width = Side(256);
        Height = Side(257);
        Orientation = (int)One(274, 1);
    }

    public int Width { get; }

    public int Height { get; }

    public int Orientation { get; }

    /// <summary>Makes sure that strips, tiles and samples are in proportion; the size must have been checked.</summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public void CheckBlocks()
    {
        long samples = One(277, 1), bits = One(258, 1);
        if (samples is < 1 or > MostSamples || bits is < 1 or > 64)
            throw new InvalidDataException($"it has {samples} samples of {bits} bits a pixel");
        long bytes = (long)Width * Height * samples * bits / 8;
        if (bytes > ImageDecoding.MaximumFileBytes)
            throw new InvalidDataException($"its samples take {bytes} bytes, where {ImageDecoding.MaximumFileBytes} are read");
        long compression = One(259, 1);
        if (!s_compressions.Contains(compression))
            throw new InvalidDataException($"its compression, number {compression}, is not read");

        bool tiled = _entries.ContainsKey(322) || _entries.ContainsKey(324);
        long width = tiled ? One(322, 0) : Width, height = tiled ? One(323, 0) : Math.Min(One(278, Height), Height);
        if (width < 1 || height < 1 || width > ImageDecoding.LongestSide || height > ImageDecoding.LongestSide
            || width * height * samples * bits / 8 > Math.Max(MostBytesOfBlock, bytes))
            throw new InvalidDataException($"its {(tiled ? "tiles" : "strips")} have {width} x {height} pixels");
        long planes = One(284, 1) == 2 ? samples : 1;
        long blocks = Blocks(Width, width) * Blocks(Height, height) * planes;
        var offsets = Find(tiled ? 324 : 273);
        // Without lengths LibTiff guesses: strips of files from before 1992.
        var lengths = Find(tiled ? 325 : 279);
        if (offsets.Count < blocks || lengths.Count < blocks)
            throw new InvalidDataException($"it has {offsets.Count} places and {lengths.Count} lengths for {blocks} {(tiled ? "tiles" : "strips")}");
        long total = 0;
        for (int i = 0; i < blocks; i++)
        {
            long offset = Value(offsets, i), length = Value(lengths, i);
            if (offset < 0 || length < 0 || offset > _file.Length || length > _file.Length - offset)
                throw new EndOfStreamException();
            if ((total += length) > MostReadings * (long)_file.Length)
                throw new InvalidDataException($"its {(tiled ? "tiles" : "strips")} overlap");
            if (compression == JpegCompression)
                JpegSegments.Check(_file.Span.Slice((int)offset, (int)length), width, height);
        }
    }

    private static long Blocks(long pixels, long ofBlock) => (pixels + ofBlock - 1) / ofBlock;

    private void ReadDirectory()
    {
        long start = _isBig ? Number(8, 8) : Number(4, 4);
        int head = _isBig ? 8 : 2, size = _isBig ? 20 : 12;
        long count = Number(start, head);
        if (count is < 1 or > MostDirectoryEntries)
            throw new InvalidDataException($"its directory has {count} entries");
        for (int i = 0; i < count; i++)
        {
            long at = start + head + (long)i * size;
            int tag = (int)Number(at, 2), type = (int)Number(at + 2, 2);
            long length = Number(at + 4, _isBig ? 8 : 4), inline = at + (_isBig ? 12 : 8);
            int bytes = SizeOf(type);
            if (length < 0 || length > _file.Length)
                throw new InvalidDataException($"the tag {tag} has {length} values");
            long where = length * bytes <= (_isBig ? 8 : 4) ? inline : Number(inline, _isBig ? 8 : 4);
            if (where < 0 || where > _file.Length || length * bytes > _file.Length - where)
                throw new EndOfStreamException();
            _entries.TryAdd(tag, new Entry(tag, type, length, where));
        }
    }

    // Types of section 2 and of BigTIFF; of an unknown one, the largest: no array for it may outgrow the file.
    private static int SizeOf(int type) => type switch { 1 or 2 or 6 or 7 => 1, 3 or 8 => 2, 4 or 9 or 11 or 13 => 4, _ => 8 };

    private int Side(int tag) => One(tag, 0) is > 0 and <= int.MaxValue and var side ? (int)side
        : throw new InvalidDataException($"the tag {tag}, a side of the picture, is missing or has no size");

    private long One(int tag, long otherwise) => _entries.TryGetValue(tag, out var entry) && entry.Count > 0 ? Value(entry, 0) : otherwise;

    private Entry Find(int tag) => _entries.GetValueOrDefault(tag);

    private long Value(Entry entry, long index) => entry.Type switch
    {
        3 => Number(entry.At + 2 * index, 2),
        4 or 13 => Number(entry.At + 4 * index, 4),
        16 or 18 => Number(entry.At + 8 * index, 8),
        1 => Number(entry.At + index, 1),
        _ => throw new InvalidDataException($"the tag {entry.Tag} has values of the type {entry.Type}"),
    };

    // Negative where 64 bits are too large for a place in a file.
    private long Number(long at, int bytes)
    {
        if (at < 0 || at > _file.Length - bytes)
            throw new EndOfStreamException();
        var from = _file.Span.Slice((int)at, bytes);
        long number = 0;
        for (int i = 0; i < bytes; i++)
            number = (number << 8) | from[_isLittle ? bytes - 1 - i : i];
        return number;
    }

    private int U16(int at) => (int)Number(at, 2);

    private readonly record struct Entry(int Tag, int Type, long Count, long At);
}
