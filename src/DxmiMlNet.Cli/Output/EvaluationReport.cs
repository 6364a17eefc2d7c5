using System.Globalization;
using DxmiMlNet.Explanation;
using DxmiMlNet.Files;
using DxmiMlNet.Persistence;
using Microsoft.Data.Analysis;

namespace DxmiMlNet.Cli.Output;

/// <summary>An evaluation as report.html and metrics.csv.</summary>
internal sealed class EvaluationReport(string modelPath, InspectionModel model, InspectionEvaluation evaluation, DataPath data)
{
    public const string PageName = "report.html";
    public const string TableName = "metrics.csv";

    public void Save(string folder, CancellationToken cancellation)
    {
        var page = Page();
        (page with { Pictures = Draw(page.Selection, cancellation) }).Save(Path.Combine(folder, PageName));
        AtomicFile.Write(Path.Combine(folder, TableName), "The table",
            stream => DataFrame.SaveCsv(evaluation.Metrics.ToDataFrame(), stream, cultureInfo: CultureInfo.InvariantCulture));
    }

    private InspectionReport Page()
    {
        var metrics = evaluation.Metrics;
        var calibration = model.Calibration;
        return new InspectionReport
        {
            Title = $"Evaluation of {Path.GetFileName(modelPath)}",
            Images = [.. evaluation.Results.Select(r => new ReportImage(data.Show(r.Name), r.Item.DefectType, r.Item.IsAnomalous, r.Score, r.PValue, r.Verdict))],
            Thresholds = new ReportThresholds(calibration.ReviewThreshold, calibration.RejectThreshold),
            Metrics =
            [
                new("Image AUROC", Text(metrics.ImageAuroc), "1 is perfect, 0.5 is chance"),
                new("Average precision", Text(metrics.AveragePrecision)),
                new("Pixel AUROC", Text(metrics.PixelAuroc)),
                new("AUPRO", Text(metrics.Aupro), "up to 30 % false positives"),
                new("F1 at the threshold", Text(metrics.F1AtThreshold), $"best possible {Text(metrics.F1Best)}"),
                new("Good parts rejected", Percent(metrics.FalseRejectRate),
                    $"promised: {(calibration.CrossFolds > 0 ? "about" : "at most")} {Percent(calibration.Alpha)}"),
            ],
            ByDefect = metrics.ByDefect.Count == 0 ? null : new ReportTable(["Defect", "Images", "Image AUROC", "Average precision", "Pixel AUROC", "AUPRO"],
                [.. metrics.ByDefect.Select(d => (IReadOnlyList<string>)[d.Key, $"{d.Value.Images}", Text(d.Value.ImageAuroc), Text(d.Value.AveragePrecision),
                    Text(d.Value.PixelAuroc), Text(d.Value.Aupro)])]),
            Failures = [.. evaluation.Failed.Select(f => new ReportFailure(data.Show(f.Path), f.Error.Message))],
            Settings =
            [
                new("Model", Path.GetFileName(modelPath)),
                new("Backbone", model.Features.Description.Name, model.Features.Description.Licence),
                new("Image size", $"{model.Features.ImageWidth} x {model.Features.ImageHeight}",
                    model.Features.TileSize > 0 ? $"in tiles of {model.Features.TileSize}, {model.Features.TileOverlap} or more of them shared" : null),
                new("Patches", $"{model.Features.Grid.Width} x {model.Features.Grid.Height}"),
                new("Calibration images", $"{calibration.CalibrationCount}",
                    calibration.CrossFolds > 0 ? $"cross-calibrated in {calibration.CrossFolds} folds" : "held back from training"),
                .. Ignored(),
                new("alpha to reject, to review", $"{calibration.Alpha:G3}, {calibration.ReviewAlpha:G3}"),
            ],
        };
    }

    // Only the chosen images are inspected again, with pictures.
    private ReportPicture[] Draw(ReportSelection selection, CancellationToken cancellation)
    {
        var chosen = selection.All.Select(image => image.Path).ToHashSet();
        var items = evaluation.Results.Select(r => r.Item).Where(item => chosen.Contains(data.Show(item.ImagePath)));
        var pictures = new List<ReportPicture>();
        foreach (var inspected in model.Inspect(items, new InspectionSettings { Overlays = true }, cancellation))
        {
            using var result = inspected;
            if (result.Error is null)
                pictures.Add(ReportPicture.Encode(data.Show(result.Name), result.Image!, result.Overlay!, result.Regions));
        }
        return [.. pictures];
    }

    private IEnumerable<ReportEntry> Ignored()
    {
        if (model.Masks is { } masks)
            yield return new("Ignored on every image", $"{masks.Ignored.Count(i => i)} of {masks.Ignored.Count} patches");
    }

    private static string Text(double? value) => value is { } number && double.IsFinite(number) ? $"{number:0.000}" : "-";

    private static string Percent(double? value) => value is { } number ? $"{100 * number:0.#} %" : "-";
}
