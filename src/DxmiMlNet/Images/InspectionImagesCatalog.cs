using DxmiMlNet;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Datasets;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>Loads images for visual inspection.</summary>
public static class InspectionImagesCatalog
{
    /// <summary>
    /// A lazy view of the images of a data set, one row an image, with the columns <c>ImagePath</c> (Text), <c>Label</c> (Single: 0 good,
    /// 1 anomalous), <c>Category</c> (Text), <c>DefectType</c> (Text: "good" for good), <c>MaskPath</c> (Text: empty without a mask),
    /// <c>IgnoreMaskPath</c> (Text: empty where nothing is to be ignored) and
    /// <c>Image</c> (an image of any size, decoded only when it is asked for; see <see cref="ImageFile"/> for the formats).
    /// </summary>
    /// <param name="catalog">Data operations.</param>
    /// <param name="path">A folder or a CSV file; see <see cref="InspectionDataset.Read"/> for what is recognised.</param>
    /// <param name="split">Which part of the data set to take.</param>
    /// <param name="goodOnly">Whether to take good parts only.</param>
    /// <param name="badImages">What to do with an image that cannot be decoded.</param>
    /// <exception cref="DxmiException">The data set cannot be read, or nothing of what is asked for is in it.</exception>
    public static IDataView LoadInspectionImages(this DataOperationsCatalog catalog, string path,
        InspectionSplit split = InspectionSplit.All, bool goodOnly = false, BadImages badImages = BadImages.Throw)
        => catalog.LoadInspectionImages(new InspectionImageOptions { Path = path, Split = split, GoodOnly = goodOnly, BadImages = badImages });

    /// <summary>
    /// A lazy view of the images of a data set; its columns are those of the other overload. What the data set's reader passed over, links out of the
    /// folder for example, is a warning in <c>MLContext.Log</c>.
    /// </summary>
    /// <param name="catalog">Data operations.</param>
    /// <param name="options">What to load.</param>
    /// <exception cref="DxmiException">The data set cannot be read, or nothing of what is asked for is in it.</exception>
    public static IDataView LoadInspectionImages(this DataOperationsCatalog catalog, InspectionImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var found = InspectionDataset.Read(options.Path, options.Dataset);
        var items = found.Where(item => (item.Split & options.Split) != 0 && !(options.GoodOnly && item.IsAnomalous)).ToArray();
        if (items.Length == 0)
            throw new DxmiException($"Data set '{options.Path}' has images, but no {(options.GoodOnly ? "good one" : "one")} in the split {options.Split}.",
                "Expected at least one image to load.", "Ask for another split, or add images to this one.");
        var view = new InspectionImageView(MlNetBridge.Environment(catalog), items, options.BadImages, options.OnBadImage);
        view.Warn(found.Skipped);
        return view;
    }

    /// <summary>A lazy view of the given images, in their order; its columns are those of the other overloads.</summary>
    /// <param name="catalog">Data operations.</param>
    /// <param name="items">What to load, for example a part of what <see cref="InspectionDataset.Read"/> found. May be empty.</param>
    /// <param name="badImages">What to do with an image that cannot be decoded.</param>
    /// <param name="onBadImage">Told of each image that was left out, once a view, on the thread that reads the view.</param>
    public static IDataView LoadInspectionImages(this DataOperationsCatalog catalog, IEnumerable<InspectionItem> items,
        BadImages badImages = BadImages.Throw, Action<BadImage>? onBadImage = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new InspectionImageView(MlNetBridge.Environment(catalog), [.. items], badImages, onBadImage);
    }
}
