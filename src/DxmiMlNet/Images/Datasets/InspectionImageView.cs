using System.Collections.Concurrent;
using DxmiMlNet.Images.Decoding;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Images.Datasets;

/// <summary>The lazy view of a data set: one row an image, which is decoded only by a cursor whose Image column is active.</summary>
internal sealed class InspectionImageView : IDataView
{
    private readonly IHost _host;
    private readonly IReadOnlyList<InspectionItem> _items;
    private readonly BadImages _badImages;
    private readonly Action<BadImage>? _onBadImage;
    private readonly ConcurrentDictionary<int, bool> _skipped = new();

    public InspectionImageView(IHostEnvironment env, IReadOnlyList<InspectionItem> items, BadImages badImages, Action<BadImage>? onBadImage)
    {
        _host = env.Register(nameof(InspectionImageView));
        _items = items;
        _badImages = badImages;
        _onBadImage = onBadImage;
    }

    public DataViewSchema Schema => InspectionColumns.Schema;

    public bool CanShuffle => true;

    // How many rows are skipped shows only when the images are decoded.
    public long? GetRowCount() => _badImages == BadImages.Skip ? null : _items.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new InspectionImageCursor(this, Order(rand), 0, 1, InspectionColumns.Active(columnsNeeded));

    // Cursor k of n reads the rows k, k + n, k + 2n, ...; each row is a batch of its own, by which the order can be restored.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = InspectionColumns.Active(columnsNeeded);
        var order = Order(rand);
        int count = Math.Clamp(_items.Count, 1, Math.Max(n, 1));
        return [.. Enumerable.Range(0, count).Select(k => new InspectionImageCursor(this, order, k, count, active))];
    }

    public InspectionItem Item(int index) => _items[index];

    /// <summary>Whether rows without a decodable image are left out.</summary>
    public bool SkipsBad => _badImages == BadImages.Skip;

    /// <summary>Whether a cursor has found that this row has no decodable image.</summary>
    public bool IsSkipped(int index) => _skipped.ContainsKey(index);

    /// <summary>Decodes a row's image, or reports it, once, and has all cursors leave it out from now on.</summary>
    public bool TryDecode(int index, PixelBuffer pixels)
    {
        if (IsSkipped(index))
            return false;
        try
        {
            ImageFile.Decode(_items[index].ImagePath, pixels);
            return true;
        }
        catch (DxmiException e)
        {
            if (_skipped.TryAdd(index, true))
                Report(new BadImage(_items[index].ImagePath, e));
            return false;
        }
    }

    /// <summary>Says in the log what the data set's reader passed over: a view without it looks whole.</summary>
    public void Warn(IReadOnlyList<SkippedPath> skipped)
    {
        using var channel = _host.Start("Read");
        foreach (var path in skipped)
            channel.Warning(MessageSensitivity.None, "Skipped: '{0}' {1}", path.Path, path.Reason);
    }

    private void Report(BadImage image)
    {
        using (var channel = _host.Start("Decode"))
            channel.Warning(MessageSensitivity.None, "Skipped: {0}", image.Error.Message);
        _onBadImage?.Invoke(image);
    }

    private int[] Order(Random? rand)
    {
        int[] order = [.. Enumerable.Range(0, _items.Count)];
        rand?.Shuffle(order);
        return order;
    }
}
