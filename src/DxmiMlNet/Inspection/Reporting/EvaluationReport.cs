using System.Globalization;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Reports;

namespace DxmiMlNet;

/// <summary>Makes the page of an evaluation.</summary>
/// <param name="evaluation">The figures and results.</param>
/// <param name="model">The model that was evaluated.</param>
/// <param name="options">What the page says besides.</param>
internal sealed class EvaluationReport(InspectionEvaluation evaluation, InspectionModel model, EvaluationReportOptions options)
{
    private static readonly IReadOnlyList<Metric> s_headline = Metric.Choose(nameof(MetricSet.ImageAuroc), nameof(MetricSet.AveragePrecision),
        nameof(MetricSet.PixelAuroc), nameof(MetricSet.Aupro), nameof(MetricSet.F1AtThreshold), nameof(MetricSet.FalseRejectRate));

    /// <summary>The page without pictures.</summary>
    public InspectionReport Page()
    {
        var (calibration, features) = (model.Calibration, model.Features);
        return new InspectionReport
        {
            Title = options.Title ?? $"Evaluation of {options.ModelName}",
            Images = Images(),
            Thresholds = Thresholds(),
            Metrics = Headline(),
            ByDefect = ByDefect(),
            Failures = [.. evaluation.Failed.Select(f => new ReportFailure(options.Show(f.Path), f.Error.Message))],
            MaximumPictures = options.MaximumPictures,
            Settings =
            [
                new("Model", options.ModelName),
                new("Backbone", features.Description.Name, features.Description.Licence),
                new("Image size", $"{features.ImageWidth} x {features.ImageHeight}",
                    features.TileSize > 0 ? $"in tiles of {features.TileSize}, {features.TileOverlap} or more of them shared" : null),
                new("Patches", $"{features.Grid.Width} x {features.Grid.Height}"),
                new("Calibration images", $"{calibration.CalibrationCount}",
                    calibration.CrossFolds > 0 ? $"cross-calibrated in {calibration.CrossFolds} folds" : "held back from training"),
                .. Ignored(),
                new("alpha to reject, to review", string.Create(CultureInfo.InvariantCulture, $"{calibration.Alpha:G3}, {calibration.ReviewAlpha:G3}")),
            ],
        };
    }

    /// <summary>The page with the pictures of the images that it chose, which are inspected again for them.</summary>
    public InspectionReport PageWithPictures(CancellationToken cancellation)
    {
        var page = Page();
        var chosen = page.Selection.All.Select(image => image.Path).ToHashSet();
        var items = evaluation.Results.Select(r => r.Item).Where(item => chosen.Contains(options.Show(item.ImagePath)));
        var pictures = new List<ReportPicture>();
        foreach (var inspected in model.Inspect(items, new InspectionSettings { Overlays = true }, cancellation))
        {
            using var result = inspected;
            if (result.Error is null)
                pictures.Add(ReportPicture.Encode(options.Show(result.Name), result.Image!, result.Overlay!, result.Regions));
        }
        return page with { Pictures = pictures };
    }

    /// <summary>The charts and tables alone.</summary>
    public string Fragment() => HtmlFragment.Metrics(Images(), Thresholds(), Headline(), ByDefect());

    private ReportImage[] Images()
        => [.. evaluation.Results.Select(r => new ReportImage(options.Show(r.Name), r.Item.DefectType, r.Item.IsAnomalous, r.Score, r.PValue, r.Verdict))];

    private ReportThresholds Thresholds() => new(model.Calibration.ReviewThreshold, model.Calibration.RejectThreshold);

    private ReportEntry[] Headline() => [.. s_headline.Select(m => new ReportEntry(m.Title, m.Headline(evaluation.Metrics), Note(m)))];

    private ReportTable? ByDefect()
        => evaluation.Metrics.ByDefect.Count == 0 ? null : new ReportTable(["Defect", "Images", .. Metric.OfDefects.Select(m => m.Title)],
            [.. evaluation.Metrics.ByDefect.Select(d => (IReadOnlyList<string>)[d.Key, $"{d.Value.Images}", .. Metric.OfDefects.Select(m => m.Text(d.Value))])]);

    private string? Note(Metric metric) => metric.Name switch
    {
        nameof(MetricSet.ImageAuroc) => "1 is perfect, 0.5 is chance",
        nameof(MetricSet.Aupro) => "up to 30\u00A0% false positives",
        nameof(MetricSet.F1AtThreshold) => $"best possible {Metric.Text(evaluation.Metrics.F1Best)}",
        nameof(MetricSet.FalseRejectRate) => string.Create(CultureInfo.InvariantCulture,
            $"promised: {(model.Calibration.CrossFolds > 0 ? "about" : "at most")} {100 * model.Calibration.Alpha:0.#}\u00A0%"),
        _ => null,
    };

    private IEnumerable<ReportEntry> Ignored()
    {
        if (model.Masks is { } masks)
            yield return new("Ignored on every image", $"{masks.Ignored.Count(i => i)} of {masks.Ignored.Count} patches");
    }
}
