using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Explanation.AnomalyOverlayTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Explanation.AnomalyOverlayTransformer.LoaderSignature)]

namespace DxmiMlNet.Explanation;

/// <summary>Adds to every image its anomaly map drawn over it, in the size of the original (see <see cref="AnomalyOverlay.Draw"/>).</summary>
/// <remarks>
/// Every row gets a new image, which belongs to the consumer. As in all of ML.NET's image stages, a getter disposes what it finds in the
/// variable given to it: an overlay taken from a cursor or a prediction engine lasts until that one's next row. Save or copy it before.
/// </remarks>
public sealed class AnomalyOverlayTransformer : MapStageTransformer
{
    internal const string LoaderSignature = "DxmiDrawMap";
    internal static readonly LoaderInfo Loader = new("DXMIDRAW", LoaderSignature, 1, typeof(AnomalyOverlayTransformer));

    internal AnomalyOverlayTransformer(IHostEnvironment env, MapStageColumns columns, AnomalyScale scale, double opacity, double minimumArea)
        : base(env, nameof(AnomalyOverlayTransformer), columns, minimumArea)
    {
        Scale = scale;
        Opacity = opacity;
    }

    /// <summary>What the colours mean, learned from good parts.</summary>
    public AnomalyScale Scale { get; }

    /// <summary>The greatest opacity of the colour, 0 to 1.</summary>
    public double Opacity { get; }

    internal AnomalyOverlayTransformer WithThreshold(float threshold) => new(Host, ColumnNames, Scale with { Threshold = threshold }, Opacity, MinimumArea);

    private protected override LoaderInfo LoaderInfo => Loader;

    // binary format:
    // string: map column
    // string: image column
    // string: output column
    // float, float: ends of the colour scale
    // float: pixel threshold of the outlines
    // double: opacity
    // double: minimum area in pixels of the image
    // column of ignored patches, see IgnoredColumn.Write
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(ColumnNames.Map);
        writer.Write(ColumnNames.Image);
        writer.Write(ColumnNames.Output);
        writer.Write(Scale.Low);
        writer.Write(Scale.High);
        writer.Write(Scale.Threshold);
        writer.Write(Opacity);
        writer.Write(MinimumArea);
        IgnoredColumn.Write(writer, ColumnNames.Ignored);
    }

    private static AnomalyOverlayTransformer Read(IHostEnvironment env, BinaryReader reader)
    {
        var (map, image, output) = (reader.ReadString(), reader.ReadString(), reader.ReadString());
        var scale = new AnomalyScale(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle());
        var (opacity, minimumArea) = (reader.ReadDouble(), reader.ReadDouble());
        scale.Check();
        AnomalyOverlay.CheckOpacity(opacity);
        DefectRegions.CheckMinimumArea(minimumArea);
        return new AnomalyOverlayTransformer(env, new MapStageColumns(map, image, output, IgnoredColumn.Read(reader)), scale, opacity, minimumArea);
    }

    // ML.NET finds this method by its name and binds its internal ModelLoadContext to the second argument.
    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader => Read(env, reader));

    internal static DataViewSchema.DetachedColumn OutputColumn(string name) => new(name, new ImageDataViewType());

    // The overlay has the type of the photograph: where its size is known beforehand, so is the overlay's.
    private protected override DataViewSchema.DetachedColumn Output(DataViewSchema inputSchema)
        => new(ColumnNames.Output, MapColumns.RequireImage(inputSchema, ColumnNames.Image).Type);

    private protected override Delegate CreateGetter(MapAndImage row) => (ValueGetter<MLImage>)((ref MLImage overlay) =>
    {
        row.Read();
        var drawn = AnomalyOverlay.Draw(row.Image, row.Map, row.Height, row.Width, Scale, Opacity, MinimumArea, row.Ignored);
        overlay?.Dispose();
        overlay = drawn;
    });
}
