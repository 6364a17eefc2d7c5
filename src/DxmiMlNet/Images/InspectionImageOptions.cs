namespace DxmiMlNet.Images;

/// <summary>Which images to load, and what to do with those that cannot be decoded.</summary>
public sealed class InspectionImageOptions
{
    /// <summary>A folder or a CSV file; see <see cref="InspectionDataset.Read"/> for what is recognised.</summary>
    public string Path = "";

    /// <summary>How far to look for images.</summary>
    public DatasetOptions Dataset = new();

    /// <summary>Which part of the data set to take.</summary>
    public InspectionSplit Split = InspectionSplit.All;

    /// <summary>Whether to take good parts only.</summary>
    public bool GoodOnly;

    /// <summary>What to do with an image that cannot be decoded.</summary>
    public BadImages BadImages = BadImages.Throw;

    /// <summary>
    /// Told of each image that <see cref="BadImages.Skip"/> left out, once a view, on the thread that reads the view.
    /// Whether set or not, a warning goes to <c>MLContext.Log</c>.
    /// </summary>
    public Action<BadImage>? OnBadImage;
}
