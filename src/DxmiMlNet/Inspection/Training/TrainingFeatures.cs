using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using DxmiMlNet.Columns;
using DxmiMlNet.Features;
using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>
/// Features of the training's images, kept in a file beside its checkpoint as they are computed: every further pass, every fold and a resumed training
/// read them there. What a kill leaves half written counts as not there; where the disk is full, the rest is computed every time.
/// </summary>
/// <remarks>
/// Binary format: fingerprint of the feature stage (string), then for each image its key (string: path, length, time of change), H W C numbers (Single) and the
/// XXH3 hash of key and numbers (8 bytes).
/// </remarks>
internal sealed class TrainingFeatures : IDisposable
{
    private readonly MLContext _mlContext;
    private readonly PatchFeatureTransformer _extraction;
    private readonly FileStream _file;
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);   // where the numbers of a key begin
    private long _end;
    private bool _isFull;

    /// <param name="mlContext">The context.</param>
    /// <param name="extraction">The feature stage; it stays the caller's.</param>
    /// <param name="path">The file; one of another feature stage is begun anew.</param>
    /// <exception cref="DxmiException">Another training has it open, or it cannot be written.</exception>
    public TrainingFeatures(MLContext mlContext, PatchFeatureTransformer extraction, string path)
    {
        (_mlContext, _extraction) = (mlContext, extraction);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"The training's features cannot be kept in '{path}': {e.Message}", "One training at a time, and a place where this user may write, were expected.",
                "Wait until the other training ends, or choose another place for the checkpoint.", e);
        }
        Open(Fingerprint(extraction));
    }

    private int Length => _extraction.Grid.Height * _extraction.Grid.Width * _extraction.Grid.Channels;

    /// <summary>Number of images whose features are there.</summary>
    public int Count => _offsets.Count;

    /// <summary>A view with the columns ImagePath, IgnoreMaskPath and Features of the images, in their order.</summary>
    public IDataView View(InspectionItem[] items)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        var grid = _extraction.Grid;
        definition[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, grid.Height, grid.Width, grid.Channels);
        return _mlContext.Data.LoadFromEnumerable(Rows(items), definition);
    }

    public void Dispose() => _file.Dispose();

    // One object for all rows: a cursor has copied the values before it moves on.
    private IEnumerable<Row> Rows(InspectionItem[] items)
    {
        var row = new Row { Features = new float[Length] };
        InspectionItem[] missing = [.. items.Where(item => !_offsets.ContainsKey(Key(item)))];
        var computed = _extraction.Transform(_mlContext.Data.LoadInspectionImages(missing));
        var column = computed.Schema[nameof(Row.Features)];
        using var cursor = computed.GetRowCursor([column]);
        var getFeatures = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        int next = 0;
        foreach (var item in items)
        {
            (row.ImagePath, row.IgnoreMaskPath) = (item.ImagePath, item.IgnoreMaskPath);
            if (next < missing.Length && ReferenceEquals(missing[next], item))
            {
                next++;
                if (!cursor.MoveNext())
                    yield break;
                getFeatures(ref buffer);
                buffer.CopyTo(row.Features);
                Append(Key(item), row.Features);
            }
            else
            {
                _file.Position = _offsets[Key(item)];
                _file.ReadExactly(MemoryMarshal.AsBytes(row.Features.AsSpan()));
            }
            yield return row;
        }
    }

    private void Append(string key, float[] features)
    {
        if (_isFull || _offsets.ContainsKey(key))
            return;
        try
        {
            _file.Position = _end;
            using var writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true);
            writer.Write(key);
            writer.Flush();
            long offset = _file.Position;
            writer.Write(MemoryMarshal.AsBytes(features.AsSpan()));
            writer.Write(Hash(key, features));
            writer.Flush();
            _offsets.Add(key, offset);
            _end = _file.Position;
        }
        catch (IOException)
        {
            _isFull = true;   // what was written of it lies behind the end
        }
    }

    private void Open(string fingerprint)
    {
        using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
        try
        {
            if (reader.ReadString() == fingerprint)
            {
                _end = _file.Position;
                var features = new float[Length];
                while (_file.Position < _file.Length)
                {
                    string key = reader.ReadString();
                    long offset = _file.Position;
                    _file.ReadExactly(MemoryMarshal.AsBytes(features.AsSpan()));
                    if (!reader.ReadBytes(sizeof(ulong)).AsSpan().SequenceEqual(Hash(key, features)))
                        break;
                    _offsets[key] = offset;
                    _end = _file.Position;
                }
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or DecoderFallbackException)
        {
            // Cut off, or no such file: what was whole is kept.
        }
        _file.SetLength(_end);
        if (_end > 0)
            return;
        _file.Position = 0;
        using (var writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true))
            writer.Write(fingerprint);
        _end = _file.Position;
    }

    // A file that was changed since is another image.
    private static string Key(InspectionItem item)
    {
        var file = new FileInfo(item.ImagePath);
        return FormattableString.Invariant($"{item.ImagePath}|{(file.Exists ? file.Length : -1)}|{file.LastWriteTimeUtc.Ticks}");
    }

    private static byte[] Hash(string key, float[] features)
    {
        var hash = new XxHash3();
        hash.Append(Encoding.UTF8.GetBytes(key));
        hash.Append(MemoryMarshal.AsBytes(features.AsSpan()));
        return hash.GetHashAndReset();
    }

    private static string Fingerprint(PatchFeatureTransformer extraction)
    {
        var hash = new XxHash3();
        hash.Append(extraction.Model);
        hash.Append(extraction.Description.ToJson());
        return FormattableString.Invariant($"features 1; {Convert.ToHexString(hash.GetHashAndReset())}; {extraction.ImageWidth} x {extraction.ImageHeight}; ")
            + FormattableString.Invariant($"tiles {extraction.TileSize} {extraction.TileOverlap}; grid {extraction.Grid}");
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
        public string IgnoreMaskPath { get; set; } = "";
        public float[] Features { get; set; } = [];
    }
}
