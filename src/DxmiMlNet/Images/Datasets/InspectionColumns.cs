using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Images.Datasets;

/// <summary>The columns of a loaded data set.</summary>
internal static class InspectionColumns
{
    public const string ImagePath = "ImagePath";
    public const string Label = "Label";
    public const string Category = "Category";
    public const string DefectType = "DefectType";
    public const string MaskPath = "MaskPath";
    public const string IgnoreMaskPath = "IgnoreMaskPath";
    public const string Image = "Image";

    public static DataViewSchema Schema { get; } = MakeSchema();

    public static int ImageIndex { get; } = Schema[Image].Index;

    /// <summary>Which columns are among the wanted ones.</summary>
    public static bool[] Active(IEnumerable<DataViewSchema.Column> wanted)
    {
        var active = new bool[Schema.Count];
        foreach (var column in wanted)
            active[column.Index] = true;
        return active;
    }

    private static DataViewSchema MakeSchema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(ImagePath, TextDataViewType.Instance);
        builder.AddColumn(Label, NumberDataViewType.Single);
        builder.AddColumn(Category, TextDataViewType.Instance);
        builder.AddColumn(DefectType, TextDataViewType.Instance);
        builder.AddColumn(MaskPath, TextDataViewType.Instance);
        builder.AddColumn(IgnoreMaskPath, TextDataViewType.Instance);
        builder.AddColumn(Image, new ImageDataViewType());   // of any size
        return builder.ToSchema();
    }
}
