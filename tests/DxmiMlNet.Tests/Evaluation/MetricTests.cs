using System.Text.Json;
using DxmiMlNet.Evaluation;

namespace DxmiMlNet.Tests.Evaluation;

[TestClass]
public class MetricTests
{
    private sealed record Line(string Name) : MetricSet;

    private static readonly Line s_full = new("a")
    {
        ImageAuroc = 0.1, AveragePrecision = 0.2, PixelAuroc = 0.3, Aupro = 0.4, F1Best = 0.5, F1BestThreshold = 60, F1AtThreshold = 0.7, FalseRejectRate = 0.08,
    };

    [TestMethod]
    public void The_table_lists_every_metric_once_and_reads_it()
    {
        CollectionAssert.AreEquivalent(typeof(MetricSet).GetProperties().Where(p => p.CanWrite).Select(p => p.Name).ToArray(), Metric.All.Select(m => m.Name).ToArray());
        foreach (var metric in Metric.All)
            Assert.AreEqual(typeof(MetricSet).GetProperty(metric.Name)!.GetValue(s_full), metric.Value(s_full), metric.Name);
    }

    [TestMethod]
    public void Metrics_stay_flat_in_JSON_and_come_back()
    {
        var options = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
        string json = JsonSerializer.Serialize(s_full, options);
        CollectionAssert.AreEquivalent(Metric.All.Select(m => m.Key).Append("name").ToArray(),
            JsonDocument.Parse(json).RootElement.EnumerateObject().Select(p => p.Name).ToArray());
        Assert.AreEqual(s_full, JsonSerializer.Deserialize<Line>(json, options));
    }

    [TestMethod]
    public void Every_metric_is_carried_over_and_the_rest_stays()
        => Assert.AreEqual(s_full with { Name = "b" }, new Line("b").WithMetrics(s_full));

    [TestMethod]
    public void A_mean_is_over_the_sets_that_have_the_metric()
    {
        var mean = MetricSet.Mean([s_full, new MetricSet { ImageAuroc = 0.3 }]);
        Assert.AreEqual(0.2, mean.ImageAuroc!.Value, 1e-12);
        Assert.AreEqual(0.4, mean.Aupro);
        Assert.IsNull(mean.F1BestThreshold, "scores of different models have no common unit");
        Assert.AreEqual(new MetricSet(), MetricSet.Mean([new MetricSet()]));
    }

    [TestMethod]
    public void Texts_are_the_same_in_every_culture()
    {
        var metrics = new MetricSet { ImageAuroc = 0.98765, FalseRejectRate = 0.0254 };
        Assert.AreEqual("0.988 0.025 2.5 % -", string.Join(' ', Metric.Choose("ImageAuroc")[0].Headline(metrics), Metric.Choose("FalseRejectRate")[0].Text(metrics),
            Metric.Choose("FalseRejectRate")[0].Headline(metrics), Metric.Choose("Aupro")[0].Text(metrics)));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Metric.Choose("Accuracy")).Message, "no metric 'Accuracy'");
    }
}
