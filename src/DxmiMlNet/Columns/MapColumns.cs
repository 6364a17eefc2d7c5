using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Columns;

/// <summary>The columns that stages behind a detector read: the map [H, W], the photograph and the label, with their checks.</summary>
internal static class MapColumns
{
    private const string ExpectedMap = "an anomaly map: a vector of Single with dimensions [height, width], as the detectors give it";
    private const string ExpectedImage = "an image (MLImage)";

    public static DataViewSchema.Column RequireMap(DataViewSchema schema, string name)
        => InputColumns.Require(schema, name, ExpectedMap, type => InputColumns.IsKnownSizeVector(type) && ((VectorDataViewType)type).Dimensions is [_, _] or [_, _, 1]);

    public static DataViewSchema.Column RequireImage(DataViewSchema schema, string name)
        => InputColumns.Require(schema, name, ExpectedImage, type => type is ImageDataViewType);

    /// <summary>The same checks on a promised schema, before any data is read.</summary>
    public static void Check(SchemaShape schema, string map, string? label, string? ignored)
    {
        InputColumns.Require(schema, map, ExpectedMap, InputColumns.IsKnownSizeVector);
        LabelColumn.Check(schema, label);
        IgnoredColumn.Check(schema, ignored);
    }

    /// <summary>The same check of the photograph.</summary>
    public static void CheckImage(SchemaShape schema, string image)
        => InputColumns.Require(schema, image, ExpectedImage, column => column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is ImageDataViewType);

    public static void CheckFinite(ReadOnlySpan<float> values, string mapColumnName, long position)
    {
        foreach (float value in values)
            if (!float.IsFinite(value))
                throw new DxmiException($"Column '{mapColumnName}' of row {position} holds {value}.", "Every value of an anomaly map should be a finite number.",
                    "Look at that row's image, and at the stage that makes the map.");
    }
}
