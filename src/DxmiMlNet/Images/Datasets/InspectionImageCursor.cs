using DxmiMlNet.Images.Decoding;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Images.Datasets;

/// <summary>Reads every <paramref name="step"/>-th row of <paramref name="order"/>, from <paramref name="first"/> on.</summary>
internal sealed class InspectionImageCursor(InspectionImageView view, int[] order, int first, int step, bool[] active) : DataViewRowCursor
{
    private readonly PixelBuffer _pixels = new();
    private readonly bool _readsImage = active[InspectionColumns.ImageIndex];
    private long _position = -1;
    private int _at = first - step;   // in order
    private int _decoded = -1;        // the row whose image is in _pixels

    public override DataViewSchema Schema => view.Schema;

    public override long Position => _position;

    public override long Batch => _at;

    public override bool MoveNext()
    {
        while (_at < order.Length)
        {
            _at += step;
            if (_at >= order.Length)
                break;
            if (view.SkipsBad && !HasImage(order[_at]))
                continue;
            _position++;
            return true;
        }
        _position = -1;
        return false;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter()
        => (ref DataViewRowId id) => id = new DataViewRowId((ulong)order[_at], 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!active[column.Index])
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active in this cursor. Expected one of the columns that it was made for. Ask for it when you make the cursor.");
        Delegate getter = column.Name switch
        {
            InspectionColumns.Label => (ValueGetter<float>)((ref float value) => value = Current.Label),
            InspectionColumns.Image => (ValueGetter<MLImage>)GetImage,
            InspectionColumns.ImagePath => Text(item => item.ImagePath),
            InspectionColumns.Category => Text(item => item.Category),
            InspectionColumns.DefectType => Text(item => item.DefectType),
            InspectionColumns.IgnoreMaskPath => Text(item => item.IgnoreMaskPath),
            _ => Text(item => item.MaskPath),
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}, not {typeof(TValue)}. Use a getter of its own type.");
    }

    private InspectionItem Current => view.Item(order[_at]);

    private ValueGetter<ReadOnlyMemory<char>> Text(Func<InspectionItem, string> field)
        => (ref ReadOnlyMemory<char> value) => value = field(Current).AsMemory();

    /// <summary>Every consumer gets a copy of its own, and the file is decoded once; what is found in <paramref name="image"/> is ours to dispose.</summary>
    private void GetImage(ref MLImage image)
    {
        if (_decoded != order[_at])
        {
            ImageFile.Decode(Current.ImagePath, _pixels);
            _decoded = order[_at];
        }
        image?.Dispose();
        image = _pixels.ToImage();
    }

    private bool HasImage(int row)
    {
        if (!_readsImage)
            return !view.IsSkipped(row);
        bool decoded = view.TryDecode(row, _pixels);
        _decoded = decoded ? row : -1;
        return decoded;
    }
}
