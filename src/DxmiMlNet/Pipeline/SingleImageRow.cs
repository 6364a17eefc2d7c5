using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Pipeline;

/// <summary>A row with an image, which the caller sets and keeps, and the path of its mask: a model's mappers run on it without a data view.</summary>
internal sealed class SingleImageRow : DataViewRow
{
    public const string ColumnName = "Image", MaskPathName = "IgnoreMaskPath";

    private MLImage? _image;
    private string _maskPath = "";
    private long _position = -1;

    /// <summary>One image of any size, and the path of its mask.</summary>
    public static DataViewSchema ImageSchema { get; } = MakeSchema();

    public override DataViewSchema Schema => ImageSchema;
    public override long Position => _position;
    public override long Batch => 0;

    /// <summary>Makes this the current row; the image stays the caller's. The path is that of a mask of what to ignore, or empty.</summary>
    public void Set(MLImage image, string maskPath)
    {
        _image = image;
        _maskPath = maskPath;
        _position++;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    // Every consumer sees the same object: a consumer never disposes what a getter gave it.
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Delegate getter = column.Name == ColumnName
            ? (ValueGetter<MLImage>)((ref MLImage value) => value = _image!)
            : (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = _maskPath.AsMemory());
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}, not {typeof(TValue)}. Use a getter of its own type.");
    }

    private static DataViewSchema MakeSchema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(ColumnName, new ImageDataViewType());
        builder.AddColumn(MaskPathName, TextDataViewType.Instance);
        return builder.ToSchema();
    }
}
