using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Explanation.DefectRegionTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Explanation.DefectRegionTransformer.LoaderSignature)]

namespace DxmiMlNet.Explanation;

/// <summary>Adds the defect regions of every image: eight numbers a region (see <see cref="DefectRegion"/>), greatest peak first.</summary>
public sealed class DefectRegionTransformer : MapStageTransformer
{
    internal const string LoaderSignature = "DxmiRegions";
    internal static readonly LoaderInfo Loader = new("DXMIREGN", LoaderSignature, 1, typeof(DefectRegionTransformer));

    internal DefectRegionTransformer(IHostEnvironment env, MapStageColumns columns, float threshold, double minimumArea)
        : base(env, nameof(DefectRegionTransformer), columns, minimumArea)
    {
        Threshold = threshold;
    }

    /// <summary>A pixel whose map value is greater belongs to a region; in units of the map.</summary>
    public float Threshold { get; }

    internal DefectRegionTransformer WithThreshold(float threshold) => new(Host, ColumnNames, threshold, MinimumArea);

    private protected override LoaderInfo LoaderInfo => Loader;

    // binary format:
    // string: map column
    // string: image column
    // string: output column
    // float: pixel threshold
    // double: minimum area in pixels of the image
    // column of ignored patches, see IgnoredColumn.Write
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(ColumnNames.Map);
        writer.Write(ColumnNames.Image);
        writer.Write(ColumnNames.Output);
        writer.Write(Threshold);
        writer.Write(MinimumArea);
        IgnoredColumn.Write(writer, ColumnNames.Ignored);
    }

    private static DefectRegionTransformer Read(IHostEnvironment env, BinaryReader reader)
    {
        var (map, image, output) = (reader.ReadString(), reader.ReadString(), reader.ReadString());
        var (threshold, minimumArea) = (reader.ReadSingle(), reader.ReadDouble());
        DefectRegions.CheckMinimumArea(minimumArea);
        return float.IsFinite(threshold)
            ? new DefectRegionTransformer(env, new MapStageColumns(map, image, output, IgnoredColumn.Read(reader)), threshold, minimumArea)
            : throw new FormatException($"the threshold is {threshold}");
    }

    // ML.NET finds this method by its name and binds its internal ModelLoadContext to the second argument.
    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader => Read(env, reader));

    internal static DataViewSchema.DetachedColumn OutputColumn(string name) => new(name, new VectorDataViewType(NumberDataViewType.Single));

    private protected override DataViewSchema.DetachedColumn Output(DataViewSchema inputSchema) => OutputColumn(ColumnNames.Output);

    private protected override Delegate CreateGetter(MapAndImage row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> regions) =>
    {
        row.Read();
        var found = DefectRegions.Find(row.Map, row.Height, row.Width, row.Image.Height, row.Image.Width, Threshold, MinimumArea, row.Ignored);
        var editor = VBufferEditor.Create(ref regions, found.Count * DefectRegion.NumbersPerRegion);
        for (int i = 0; i < found.Count; i++)
            found[i].WriteTo(editor.Values[(i * DefectRegion.NumbersPerRegion)..]);
        regions = editor.Commit();
    });
}
