using Microsoft.Data.Analysis;

namespace DxmiMlNet.Samples;

/// <summary>
/// A million images by their paths: memory stays bounded, results are on disk as they come, and a run that was stopped goes on where it was.
/// </summary>
public static class BatchScoring
{
    /// <param name="model">The model.</param>
    /// <param name="images">A column "path".</param>
    /// <param name="root">The folder that the paths lie in.</param>
    /// <param name="output">Where results.jsonl and results.csv are written.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <returns>How many images were inspected now; those of a run before are not counted.</returns>
    public static int Run(InspectionModel model, DataFrame images, string root, string output, CancellationToken cancellation = default)
    {
        using var results = new ResultFolder(output, root, model, new ResultFolderOptions { Overlays = false, Resume = true });
        var paths = images["path"].Cast<string>().Select(path => Path.GetFullPath(path, root)).Where(path => !results.Done.Contains(results.Show(path)));
        int inspected = 0;
        foreach (var result in model.Inspect(paths.Select(InspectionSource.File), results.Settings, cancellation))
            using (result)
            {
                results.Add(result);
                inspected++;
            }
        return inspected;
    }
}
