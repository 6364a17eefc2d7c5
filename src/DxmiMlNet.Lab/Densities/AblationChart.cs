using System.Xml.Linq;
using DxmiMlNet.Reports;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Lab.Densities;

/// <summary>A figure of the runs on eight Gaussians by tau: one mark a seed, pretrained runs left and runs from scratch right of their tau.</summary>
internal static class AblationChart
{
    private static readonly ChartBox s_box = new(420, 280, Left: 58, Right: 14, Top: 58, Bottom: 48);

    /// <summary>Null where there are no such runs.</summary>
    public static XElement? Draw(IReadOnlyList<DensityRow> rows, string title, Func<DensityRow, double?> of)
    {
        DensityRow[] shown = [.. rows.Where(r => r is { Sampler: DensityRow.Dxmi, Network: "separate", Avr: true, Density: "8gaussians", Steps: 5, AnyStep: false } && of(r) is not null)];
        if (shown.Length == 0)
            return null;
        double[] taus = [.. shown.Select(r => r.Tau!.Value).Distinct().Order()];
        double high = shown.Max(r => of(r)!.Value), low = Math.Min(0, shown.Min(r => of(r)!.Value));
        var y = s_box.Y(low, high > low ? high * 1.05 : low + 1);
        var x = s_box.X(-0.5, taus.Length - 0.5);
        var chart = new Chart($"{title} by tau", s_box).Heading(title)
            .Legend(s_box.Left, 32, (ChartMark.Circle, "energy rate in proportion to tau"), (ChartMark.Cross, "energy rate as at 0.1"))
            .YTicks(y, 4, Number).XTitle("left of each: pretrained, right: from scratch");
        for (int i = 0; i < taus.Length; i++)
            chart.Text(FormattableString.Invariant($"tau {taus[i]}"), x.At(i), s_box.PlotBottom + 18, "middle");
        foreach (var row in shown)
            chart.Mark(IsProportional(row) ? ChartMark.Circle : ChartMark.Cross,
                x.At(Array.IndexOf(taus, row.Tau!.Value) + (row.Pretrained ? -0.2 : 0.2)), y.At(of(row)!.Value), 4);
        return chart.Render(string.Join("; ", taus.Select(tau =>
            FormattableString.Invariant($"tau {tau}: median {Number(DensitiesSummary.Median(shown.Where(r => r.Tau == tau), of)!.Value)}"))) + ".");
    }

    private static bool IsProportional(DensityRow row) => Math.Abs(row.EnergyRate!.Value - DensityRun.RateFor(row.Tau!.Value)) < 1e-12;
}
