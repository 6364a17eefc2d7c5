using DxmiMlNet.Reports;

namespace DxmiMlNet.Lab.Densities;

/// <summary>What was trained on a density of the plane as pieces of HTML, for a notebook or a page (see <see cref="HtmlFragment"/>).</summary>
public static class DensityHtml
{
    /// <summary>The logarithm of the true density beside the energy that was learned; dark is where data is likely.</summary>
    /// <param name="result">What a run came to; a DDPM has no energy.</param>
    public static string Landscapes(DensityResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Html.Fragment(HtmlParts.Figures((PlaneFigure.Landscape(result.TrueLandscape, "True density"), "True density"),
            (result.Landscape is { } learned ? PlaneFigure.Landscape(learned, "Energy") : null, "Energy")));
    }

    /// <summary>Ways from noise to samples, the samples as dots.</summary>
    /// <param name="result">What a run came to.</param>
    public static string Trajectories(DensityResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Html.Fragment(HtmlParts.Figures((PlaneFigure.Trajectories(result.Trajectories, "Trajectories"), "From noise to samples")));
    }

    /// <summary>The samples.</summary>
    /// <param name="result">What a run came to.</param>
    public static string Samples(DensityResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Html.Fragment(HtmlParts.Figures((PlaneFigure.Points(result.Samples, "Samples"), "Samples")));
    }
}
