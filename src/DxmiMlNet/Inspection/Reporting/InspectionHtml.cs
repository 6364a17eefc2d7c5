using System.Globalization;
using DxmiMlNet.Reports;

namespace DxmiMlNet;

/// <summary>Results as pieces of HTML, as a notebook shows them (see <see cref="HtmlFragment"/>).</summary>
public static class InspectionHtml
{
    /// <summary>
    /// Verdict, score, p-value and regions of an image, with the photograph beside the map drawn over it where the result carries them
    /// (<see cref="InspectionSettings.Overlays"/>); the reason where it could not be inspected.
    /// </summary>
    /// <param name="result">What a model found.</param>
    public static string ToHtml(this InspectionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Error is { } error
            ? HtmlFragment.Table(new ReportTable(["Image", "Could not be inspected"], [[result.Name, error.Message]]))
            : HtmlFragment.InspectedImage(new ReportImage(result.Name, result.Item.DefectType, Truth(result), result.Score, result.PValue, result.Verdict),
                result is { Image: { } image, Overlay: { } overlay } ? ReportPicture.Encode(result.Name, image, overlay, result.Regions) : null);
    }

    /// <summary>Many results side by side, small, as they were inspected: overlays where there are any, else nothing.</summary>
    /// <param name="results">What a model found, with <see cref="InspectionSettings.Overlays"/>; results without pictures are left out.</param>
    public static string ToHtml(this IEnumerable<InspectionResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return HtmlFragment.ContactSheet(results.Where(r => r.Overlay is not null).Select(r => SheetPicture.Encode(Path.GetFileName(r.Name), r.Overlay!,
            r.Verdict, r.Score.ToString("G4", CultureInfo.InvariantCulture))));
    }

    /// <summary>The metrics of an evaluation with score histogram and ROC curve.</summary>
    /// <param name="evaluation">What <see cref="InspectionEvaluation.Run"/> returned.</param>
    /// <param name="model">The model that was evaluated: its thresholds are drawn.</param>
    public static string ToHtml(this InspectionEvaluation evaluation, InspectionModel model)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentNullException.ThrowIfNull(model);
        return new EvaluationReport(evaluation, model, new EvaluationReportOptions()).Fragment();
    }

    // An image that nobody has sorted has the label of a good one: only a defect is a truth that somebody has told.
    private static bool? Truth(InspectionResult result) => result.Item.IsAnomalous ? true : null;
}
