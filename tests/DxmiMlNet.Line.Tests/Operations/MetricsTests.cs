namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class MetricsTests
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
}
