using System.Text.RegularExpressions;

namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed partial class MetricsTests
{
    [TestMethod]
    public async Task Prometheus_can_read_what_was_decided_and_how_long_it_took()
    {
        await using var line = await TestLine.StartAsync();
        await line.InspectAsync("1", SmallModel.Png(1), "station=cell-7");
        string text = "";
        await Eventually.Holds(async () => (text = await line.Client.GetStringAsync("/metrics")).Contains("dxmi_line_parts_decided_total"), "the metrics are there");
        StringAssert.Contains(text, "station=\"cell-7\"");
        StringAssert.Contains(text, "dxmi_line_step_duration_milliseconds_bucket");
    }

    [TestMethod]
    public async Task The_Grafana_dashboard_names_only_metrics_that_there_are()
    {
        string dashboard = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "grafana.json"));
        string[] named = [.. MetricName().Matches(dashboard).Select(m => m.Value).Distinct()];
        Assert.IsGreaterThan(8, named.Length);
        await using var line = await TestLine.StartAsync(o => o with { ResultFolder = Path.Combine(o.DataFolder, "results") });
        await line.InspectAsync("1", SmallModel.Png(2, scratched: true));
        await line.Get<ReviewDesk>().ReviewAsync("1", new ReviewRequest("Pass", "Ada", "dust"), default);
        await line.PostAsync("2", [1, 2, 3]);
        var meters = line.Get<LineMeters>();
        meters.Alarm("cell", "drift");
        meters.Delivered("file", false);
        await Eventually.Holds(async () =>
        {
            string text = await line.Client.GetStringAsync("/metrics");
            return named.All(name => text.Contains(name, StringComparison.Ordinal));
        }, $"all of {string.Join(", ", named)} are there");
    }

    [GeneratedRegex("dxmi_line_[a-z_]+")]
    private static partial Regex MetricName();
}
