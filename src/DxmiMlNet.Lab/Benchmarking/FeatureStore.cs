using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DxmiMlNet.Columns;
using DxmiMlNet.Features;
using DxmiMlNet.Images;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.Win32.SafeHandles;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>
/// The patch features of many images, computed once and kept on disk in 16 bits, so that every method and seed sees the same ones and memory
/// does not grow with the images. The file is gone when the store is; one that a killed process left is overwritten.
/// </summary>
internal sealed class FeatureStore : IDisposable
{
    public const string FileName = ".features.tmp";

    private readonly MLContext _mlContext;
    private readonly (int Height, int Width, int Channels) _grid;
    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, long> _rows = new(StringComparer.Ordinal);   // by image path
    private readonly List<BadImage> _failed = [];

    private FeatureStore(MLContext mlContext, PatchFeatureTransformer extraction, string folder)
    {
        _mlContext = mlContext;
        _grid = extraction.Grid;
        _file = File.OpenHandle(Path.Combine(folder, FileName), FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
    }

    /// <summary>Images whose features could not be computed.</summary>
    public IReadOnlyList<BadImage> Failed => _failed;

    /// <summary>Milliseconds from image file to features, median.</summary>
    public double MsPerImage { get; private set; }

    /// <summary>Bytes of the saved feature stage, backbone included.</summary>
    public long ModelBytes { get; private set; }

    private int Length => _grid.Height * _grid.Width * _grid.Channels;

    /// <summary>Computes the features of the images, one after the other as a station would.</summary>
    /// <exception cref="DxmiException">The backbone cannot be used. An image that cannot is in <see cref="Failed"/> instead.</exception>
    public static FeatureStore Extract(MLContext mlContext, PatchFeatureEstimator.Options features, IReadOnlyList<InspectionItem> items, string folder,
        Action<int> onDone, CancellationToken cancellation)
    {
        using var extraction = mlContext.Transforms.ExtractPatchFeatures(features).Fit(mlContext.Data.LoadInspectionImages([]));
        var store = new FeatureStore(mlContext, extraction, folder);
        try
        {
            store.ModelBytes = SavedModel.Size(mlContext, extraction);
            var times = new List<double>();
            var halves = new Half[store.Length];
            foreach (var item in items.DistinctBy(i => i.ImagePath))
            {
                cancellation.ThrowIfCancellationRequested();
                var clock = Stopwatch.StartNew();
                try
                {
                    using var image = ImageFile.Load(item.ImagePath);
                    TensorPrimitives.ConvertToHalf(extraction.Extract([image]), halves);
                }
                catch (DxmiException e)
                {
                    store._failed.Add(new BadImage(item.ImagePath, e));
                    continue;
                }
                times.Add(clock.Elapsed.TotalMilliseconds);
                RandomAccess.Write(store._file, MemoryMarshal.AsBytes(halves.AsSpan()), store._rows.Count * (long)sizeof(ushort) * store.Length);
                store._rows.Add(item.ImagePath, store._rows.Count);
                onDone(store._rows.Count + store._failed.Count);
            }
            store.MsPerImage = Median(times);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The middle value; NaN of none.</summary>
    public static double Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    /// <summary>Those of the images that have features, in their order.</summary>
    public InspectionItem[] Usable(IEnumerable<InspectionItem> items) => [.. items.Where(item => _rows.ContainsKey(item.ImagePath))];

    /// <summary>A lazy view with the column Features [H, W, C] of the images, read from disk row by row.</summary>
    /// <param name="items">Images that have features.</param>
    public IDataView View(IReadOnlyList<InspectionItem> items)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, _grid.Height, _grid.Width, _grid.Channels);
        return _mlContext.Data.LoadFromEnumerable(Read(items), definition);
    }

    public void Dispose() => _file.Dispose();

    // One object for all rows: a cursor has copied the values before it moves on.
    private IEnumerable<Row> Read(IReadOnlyList<InspectionItem> items)
    {
        var row = new Row { Features = new float[Length] };
        var halves = new Half[Length];
        foreach (var item in items)
        {
            var bytes = MemoryMarshal.AsBytes(halves.AsSpan());
            long offset = _rows[item.ImagePath] * bytes.Length;
            for (int done = 0; done < bytes.Length;)
            {
                int read = RandomAccess.Read(_file, bytes[done..], offset + done);
                done += read > 0 ? read : throw new EndOfStreamException("The stored features are cut off.");
            }
            TensorPrimitives.ConvertToSingle(halves, row.Features);
            yield return row;
        }
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
    }
}
