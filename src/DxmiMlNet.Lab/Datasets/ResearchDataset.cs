using DxmiMlNet.Images;
using DxmiMlNet.Images.Datasets;

namespace DxmiMlNet.Lab.Datasets;

/// <summary>Finds the images of a data set on disk, research sets in their published layouts among them.</summary>
public static class ResearchDataset
{
    /// <summary>
    /// Lists the images of a folder or of a CSV file. Beside the layouts of <see cref="InspectionDataset.Read"/> it knows
    /// <list type="bullet">
    /// <item>KolektorSDD: <c>kosNN/PartM.jpg</c> with the mask <c>PartM_label.bmp</c>; a part whose mask is not black is anomalous. It has three
    /// folds by item, see <see cref="ReadFolds"/>; this is the first;</item>
    /// <item>VisA: a folder with <c>split_csv/1cls.csv</c>, which lists object, split, label, image and mask.</item>
    /// </list>
    /// </summary>
    /// <param name="path">The folder or the CSV file.</param>
    /// <param name="options">How far to look; null for the defaults.</param>
    /// <returns>At least one item, in the order of <see cref="InspectionDataset.Read"/>.</returns>
    /// <exception cref="DxmiException">Nothing is there, no image is in it, its layout is ambiguous, or a row is wrong.</exception>
    public static InspectionItems Read(string path, DatasetOptions? options = null) => ReadFolds(path, options)[0];

    /// <summary>
    /// Lists the images as <see cref="Read"/> does, once for each way of splitting them into training and testing: three for KolektorSDD, which is
    /// evaluated in three folds by item, one for every other. Fold f of KolektorSDD tests on every third item from the f-th on and trains on the
    /// good parts of the others, so that photographs of an item are on one side only. (The authors' own folds are a pickled Python object.)
    /// </summary>
    /// <param name="path">The folder or the CSV file.</param>
    /// <param name="options">How far to look; null for the defaults.</param>
    /// <returns>One list a fold; an image may be in several.</returns>
    /// <exception cref="DxmiException">Nothing is there, no image is in it, its layout is ambiguous, or a row is wrong.</exception>
    public static IReadOnlyList<InspectionItems> ReadFolds(string path, DatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            if (Directory.Exists(folder) && KolektorDataset.Matches(folder))
                return [.. KolektorDataset.ReadFolds(folder).Select(fold => new InspectionItems(fold, []))];
            string visa = Path.Combine(folder, "split_csv", "1cls.csv");
            return [File.Exists(visa) ? CsvDataset.Read(visa, folder, options ?? DatasetOptions.Default, categoryColumn: "object") : InspectionDataset.Read(path, options)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"Data set '{path}' cannot be read: {e.Message}",
                "Expected a folder of images or a CSV file that this user may read.", "Check the permissions and the drive.", e);
        }
    }
}
