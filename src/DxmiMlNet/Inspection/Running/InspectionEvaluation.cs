using DxmiMlNet.Columns;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Files;
using DxmiMlNet.Images;
using DxmiMlNet.Pipeline;
using DxmiMlNet.Reports;

namespace DxmiMlNet;

/// <summary>How a model does on images whose truth is known.</summary>
/// <param name="Metrics">The figures.</param>
/// <param name="Results">The evaluated images, in order, without maps and pictures.</param>
/// <param name="Failed">Images that could not be inspected or compared with their mask.</param>
public sealed record InspectionEvaluation(InspectionMetrics Metrics, IReadOnlyList<InspectionResult> Results, IReadOnlyList<BadImage> Failed)
{
    /// <summary>Side of the square in pixels at which maps and masks are compared.</summary>
    public const int Resolution = 224;

    /// <summary>The files that <see cref="SaveReport"/> writes.</summary>
    public const string ReportName = "report.html", MetricsName = "metrics.csv";

    /// <summary>Inspects the images and compares the results with their labels and masks.</summary>
    /// <param name="model">The model.</param>
    /// <param name="items">Images that the model was not trained on, good and anomalous.</param>
    /// <param name="settings">Overlays are drawn for <paramref name="onResult"/>; null for none.</param>
    /// <param name="onResult">Sees every result in order, failed ones included, before its pictures are disposed; may be null.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static InspectionEvaluation Run(InspectionModel model, IEnumerable<InspectionItem> items, InspectionSettings? settings = null,
        Action<InspectionResult>? onResult = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var evaluator = new InspectionEvaluator(Resolution, Resolution);
        var results = new List<InspectionResult>();
        var failed = new List<BadImage>();
        foreach (var inspected in model.Inspect(items, (settings ?? new InspectionSettings()) with { Maps = true }, cancellation))
        {
            using var result = inspected.Error is null ? Add(evaluator, inspected) : inspected;
            onResult?.Invoke(result);
            if (result.Error is { } error)
                failed.Add(new BadImage(result.Name, error));
            else
                results.Add(result with { Map = null, Image = null, Overlay = null });
        }
        return new InspectionEvaluation(evaluator.Compute(), results, failed);
    }

    /// <summary>
    /// Writes the evaluation as report.html, one page that needs nothing else, and as metrics.csv. The images that the page shows are inspected once more
    /// for their pictures. The files appear whole or not at all.
    /// </summary>
    /// <param name="model">The model that was evaluated.</param>
    /// <param name="folder">Where to write; made where it is missing.</param>
    /// <param name="options">What the page says besides; null for the defaults.</param>
    /// <param name="cancellation">Stops between two images; nothing is written then.</param>
    /// <returns>The path of the page.</returns>
    /// <exception cref="DxmiException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public string SaveReport(InspectionModel model, string folder, EvaluationReportOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string page = Path.Combine(folder, ReportName);
        ToReport(model, options, cancellation).Save(page);
        Metrics.SaveCsv(Path.Combine(folder, MetricsName));
        return page;
    }

    /// <summary>The page that <see cref="SaveReport"/> writes, with its pictures, to be changed or saved elsewhere.</summary>
    /// <param name="model">The model that was evaluated.</param>
    /// <param name="options">What the page says besides; null for the defaults.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public InspectionReport ToReport(InspectionModel model, EvaluationReportOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new EvaluationReport(this, model, options ?? new EvaluationReportOptions()).PageWithPictures(cancellation);
    }

    /// <summary>The same result, or with an error where it cannot be compared with its mask.</summary>
    private static InspectionResult Add(InspectionEvaluator evaluator, InspectionResult result)
    {
        try
        {
            evaluator.Add(Compare(result.Item, result.Score, result.IsRejected, result.Map));
            return result;
        }
        catch (DxmiException e)
        {
            return result with { Error = e };
        }
    }

    /// <summary>A scored image beside its truth, at <see cref="Resolution"/>.</summary>
    /// <exception cref="DxmiException">The mask cannot be read or has another size than the image.</exception>
    internal static EvaluatedImage Compare(InspectionItem item, float score, bool isRejected, AnomalyMap? map)
    {
        bool compares = map is not null && (!item.IsAnomalous || item.MaskPath.Length > 0);
        return new EvaluatedImage(item.ImagePath, item.DefectType, item.IsAnomalous, score, isRejected,
            compares ? Resize(map!) : null, compares && item.IsAnomalous ? LoadMask(item) : null)
        {
            Ignored = compares ? IgnoredPixels(map!) : null,
        };
    }

    private static float[] Resize(AnomalyMap map)
    {
        var resized = new float[Resolution * Resolution];
        MapResizer.Resize(map.Values, map.Height, map.Width, resized, Resolution, Resolution);
        return resized;
    }

    private static bool[]? IgnoredPixels(AnomalyMap map)
    {
        if (map.Ignored is null)
            return null;
        var ignored = new bool[Resolution * Resolution];
        IgnoredColumn.Fill(map.Ignored, map.Height, map.Width, ignored, Resolution, Resolution, true);
        return ignored;
    }

    private static bool[] LoadMask(InspectionItem item)
    {
        MaskFile.CheckSize(item.MaskPath, item.ImagePath);
        return MaskFile.Load(item.MaskPath, Resolution, Resolution);
    }
}
