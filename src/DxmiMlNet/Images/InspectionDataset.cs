using DxmiMlNet.Images.Datasets;

namespace DxmiMlNet.Images;

/// <summary>Finds the images of a data set on disk.</summary>
public static class InspectionDataset
{
    /// <summary>What a file must be called to count as an image, in any case.</summary>
    internal static readonly string[] ImageExtensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];

    /// <summary>
    /// Lists the images of a folder or of a CSV file. Recognised are
    /// <list type="bullet">
    /// <item>MVTec layout: <c>train/good/*</c>, <c>test/good/*</c>, <c>test/&lt;defect&gt;/*</c> and masks
    /// <c>ground_truth/&lt;defect&gt;/&lt;name&gt;_mask.png</c> or <c>&lt;name&gt;.png</c>; the category is the folder's name;</item>
    /// <item>labelled folders: <c>good/*</c> beside one <c>&lt;defect&gt;/*</c> or more, with masks in <c>ground_truth</c> as above or none; the last
    /// fifth of the good images by path is for testing, as all others are, and the rest for training;</item>
    /// <item>a folder of such folders, each of them a category;</item>
    /// <item>any other folder: all its images, with those of its subfolders, are good and for training;</item>
    /// <item>a CSV file (RFC 4180, with header; separated by commas, semicolons or tabs) with the columns <c>image</c> and, where wanted, <c>label</c> (0, 1, good, anomaly, ...),
    /// <c>mask</c>, <c>split</c> (train, test), <c>category</c>, <c>defect</c>; paths are relative to the file. A row without a split is for
    /// training if good, else for testing; without a label column a row is anomalous if it names a defect. An image that is listed twice in the same
    /// way counts once; in different ways it is an error.</item>
    /// </list>
    /// Images are files called png, jpg, jpeg, bmp, tif or tiff; names that begin with a dot are passed over. A file counts once, whatever links lead to
    /// it, and links that lead out of the folder are followed only on demand.
    /// </summary>
    /// <param name="path">The folder or the CSV file.</param>
    /// <param name="options">How far to look; null for the defaults.</param>
    /// <returns>At least one item. Of a folder: by category, training before testing, then by path in ordinal order; of a CSV file: in the order of its rows. What was passed over is in <see cref="InspectionItems.Skipped"/>.</returns>
    /// <exception cref="DxmiException">Nothing is there, no image is in it, its layout is ambiguous, or a row is wrong.</exception>
    public static InspectionItems Read(string path, DatasetOptions? options = null)
    {
        options ??= DatasetOptions.Default;
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            if (Directory.Exists(path))
                return FolderDataset.Read(path, options);
            if (!File.Exists(path))
                throw new DxmiException($"Data set '{path}' does not exist.",
                    "Expected a folder of images or a CSV file.", "Check the path, and that the drive is connected.");
            if (!Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase))
                throw new DxmiException($"Data set '{path}' is a file that is not called .csv.",
                    "Expected a folder of images or a CSV file.", "Name the image's folder, or list the images in a CSV file.");
            return CsvDataset.Read(path, Path.GetDirectoryName(path)!, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"Data set '{path}' cannot be read: {e.Message}",
                "Expected a folder of images or a CSV file that this user may read.", "Check the permissions and the drive.", e);
        }
    }

    /// <summary>Lists the images to inspect: one file, or all images of a folder and its subfolders, whatever its layout.</summary>
    /// <param name="path">An image file of any name, or a folder.</param>
    /// <param name="options">How far to look; null for the defaults.</param>
    /// <returns>
    /// At least one item, by path in ordinal order; what is known of them is that they are parts of this folder. What was passed over is in
    /// <see cref="InspectionItems.Skipped"/>.
    /// </returns>
    /// <exception cref="DxmiException">Nothing is there, or the folder holds no image.</exception>
    public static InspectionItems List(string path, DatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            if (File.Exists(path))
                return new InspectionItems([new InspectionItem(path, false, Path.GetFileName(Path.GetDirectoryName(path)!), InspectionItem.Good, "", InspectionSplit.Test)], []);
            if (!Directory.Exists(path))
                throw new DxmiException($"'{path}' does not exist.", "Expected an image or a folder of images.", "Check the path, and that the drive is connected.");
            return FolderDataset.ReadAll(path, options ?? DatasetOptions.Default);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"'{path}' cannot be read: {e.Message}",
                "Expected an image or a folder of images that this user may read.", "Check the permissions and the drive.", e);
        }
    }

    // A leading dot is what some systems put before their own notes about a file ("._part1.png").
    internal static bool IsImage(string file)
        => !Path.GetFileName(file).StartsWith('.') && ImageExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
