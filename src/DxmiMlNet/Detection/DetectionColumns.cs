using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Detection;

/// <summary>The columns of every detector: feature grids, and which patches of them to ignore, in; score and map out.</summary>
internal sealed record DetectionColumns(string Features, string Score, string Map, string? Ignored = null)
{
    public const string ExpectedFeatures = "a vector of known size of Single: [H, W, C] from ExtractPatchFeatures, or one plain vector a row";

    /// <summary>The feature column, of the grids that a detector was fitted on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, has another type, or grids of another size.</exception>
    public static DataViewSchema.Column RequireGrid(DataViewSchema inputSchema, string name, (int Height, int Width, int Channels) grid)
    {
        var column = InputColumns.Require(inputSchema, name, ExpectedFeatures, InputColumns.IsKnownSizeVector);
        var actual = InputColumns.Grid(column);
        return actual == grid ? column : throw new ArgumentOutOfRangeException(nameof(inputSchema),
            $"Column '{column.Name}' has grids of {actual.Height} x {actual.Width} x {actual.Channels}. The detector was fitted on {grid.Height} x {grid.Width} x {grid.Channels}. " +
            "Use the image size and backbone of training.");
    }

    /// <summary>The columns that a detector adds.</summary>
    public DataViewSchema.DetachedColumn[] Outputs(int height, int width)
    {
        // The annotations that ML.NET's own scorers put on a score column.
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue("ScoreColumnKind", TextDataViewType.Instance, "AnomalyDetection".AsMemory());
        annotations.AddPrimitiveValue("ScoreValueKind", TextDataViewType.Instance, "Score".AsMemory());
        return
        [
            new(Score, NumberDataViewType.Single, annotations.ToAnnotations()),
            new(Map, new VectorDataViewType(NumberDataViewType.Single, height, width)),
        ];
    }

    /// <summary>The promise of a detector that is not fitted yet; fails early where the features do not fit.</summary>
    public SchemaShape Promise(SchemaShape input, string? labelColumnName)
    {
        LabelColumn.Check(input, labelColumnName);
        IgnoredColumn.Check(input, Ignored);
        InputColumns.Require(input, Features, ExpectedFeatures, InputColumns.IsKnownSizeVector);
        return SchemaShapes.With(input, Outputs(1, 1));   // a shape says "vector of known size", not which
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Features);
        writer.Write(Score);
        writer.Write(Map);
    }

    public static DetectionColumns Read(BinaryReader reader) => new(reader.ReadString(), reader.ReadString(), reader.ReadString());
}
