using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Explanation;

/// <summary>Adds the defect regions of every image: eight numbers a region (see <see cref="DefectRegion"/>), greatest peak first.</summary>
public sealed class DefectRegionTransformer : InspectionTransformer, IRowModel
{
    internal static readonly LoaderInfo Loader = new("DXMIREGN", "DxmiRegions", 1, typeof(DefectRegionTransformer));

    private readonly string _mapColumnName;
    private readonly string _imageColumnName;
    private readonly string _outputColumnName;

    internal DefectRegionTransformer(IHostEnvironment env, string mapColumnName, string imageColumnName, string outputColumnName,
        float threshold, double minimumArea)
        : base(env, nameof(DefectRegionTransformer))
    {
        _mapColumnName = mapColumnName;
        _imageColumnName = imageColumnName;
        _outputColumnName = outputColumnName;
        Threshold = threshold;
        MinimumArea = minimumArea;
    }

    /// <summary>A pixel whose map value is greater belongs to a region; in units of the map.</summary>
    public float Threshold { get; }

    /// <summary>Regions with fewer pixels of the original image are left out.</summary>
    public double MinimumArea { get; }

    private protected override IRowModel RowModel => this;

    private protected override LoaderInfo LoaderInfo => Loader;

    // binary format:
    // string: map column
    // string: image column
    // string: output column
    // float: pixel threshold
    // double: minimum area in pixels of the image
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(_mapColumnName);
        writer.Write(_imageColumnName);
        writer.Write(_outputColumnName);
        writer.Write(Threshold);
        writer.Write(MinimumArea);
    }

    private static DefectRegionTransformer Read(IHostEnvironment env, BinaryReader reader)
    {
        var (map, image, output) = (reader.ReadString(), reader.ReadString(), reader.ReadString());
        var (threshold, minimumArea) = (reader.ReadSingle(), reader.ReadDouble());
        DefectRegions.CheckMinimumArea(minimumArea);
        return float.IsFinite(threshold)
            ? new DefectRegionTransformer(env, map, image, output, threshold, minimumArea)
            : throw new FormatException($"the threshold is {threshold}");
    }

    // ML.NET finds this method by its name and binds its internal ModelLoadContext to the second argument.
    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader => Read(env, reader));

    internal static DataViewSchema.DetachedColumn Output(string name) => new(name, new VectorDataViewType(NumberDataViewType.Single));

    DataViewSchema.Column[] IRowModel.BindInputs(DataViewSchema inputSchema)
        => [MapColumns.RequireMap(inputSchema, _mapColumnName), MapColumns.RequireImage(inputSchema, _imageColumnName)];

    DataViewSchema.DetachedColumn[] IRowModel.Outputs(DataViewSchema inputSchema) => [Output(_outputColumnName)];

    Delegate?[] IRowModel.CreateGetters(DataViewRow input, Func<int, bool> isActive)
    {
        if (!isActive(0))
            return [null];
        var row = new MapAndImage(input, _mapColumnName, _imageColumnName);
        ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> regions) =>
        {
            row.Read();
            var found = DefectRegions.Find(row.Map, row.Height, row.Width, row.Image.Height, row.Image.Width, Threshold, MinimumArea);
            var editor = VBufferEditor.Create(ref regions, found.Count * DefectRegion.NumbersPerRegion);
            for (int i = 0; i < found.Count; i++)
                found[i].WriteTo(editor.Values[(i * DefectRegion.NumbersPerRegion)..]);
            regions = editor.Commit();
        };
        return [getter];
    }
}
