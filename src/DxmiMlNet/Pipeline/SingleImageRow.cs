using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Pipeline;

/// <summary>A row with one column, <c>Image</c>, which the caller sets and keeps: a model's mappers run on it without a data view.</summary>
internal sealed class SingleImageRow : DataViewRow
{
    public const string ColumnName = "Image";

    private MLImage? _image;
    private long _position = -1;

    /// <summary>One image of any size.</summary>
    public static DataViewSchema ImageSchema { get; } = MakeSchema();

    public override DataViewSchema Schema => ImageSchema;
    public override long Position => _position;
    public override long Batch => 0;

    /// <summary>Makes this the current row; the image stays the caller's.</summary>
    public void Set(MLImage image)
    {
        _image = image;
        _position++;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    // Every consumer sees the same object: a consumer never disposes what a getter gave it.
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ValueGetter<MLImage> getter = (ref MLImage value) => value = _image!;
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}, not {typeof(TValue)}. Use a getter of its own type.");
    }

    private static DataViewSchema MakeSchema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(ColumnName, new ImageDataViewType());
        return builder.ToSchema();
    }
}
