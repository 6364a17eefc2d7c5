using DxmiMlNet.Lab.Benchmarking;

namespace DxmiMlNet.Lab.Tests.Benchmarking;

[TestClass]
public class BenchmarkOverallTests
{
    private static BenchmarkRow Row(string set, string category, string backbone, double auroc, double rejects, double? aupro = null)
        => new(set, category, "", "separate", backbone, "dxmi", 1) { ImageAuroc = auroc, FalseRejectRate = rejects, Aupro = aupro };

    [TestMethod]
    public void Every_data_set_counts_the_same_and_the_worst_is_named()
    {
        var overall = BenchmarkOverall.Of([Row("many", "a", "one", 1, 0), Row("many", "b", "one", 0.8, 0.1, 0.5), Row("few", "c", "one", 0.7, 0.3)]).Single();
        Assert.AreEqual(0.8, overall.ImageAuroc!.Value, 1e-9);
        Assert.AreEqual(0.5, overall.Aupro!.Value, 1e-9);
        Assert.AreEqual(0.175, overall.FalseRejectRate!.Value, 1e-9);
        Assert.AreEqual(("few", 0.7), (overall.WorstSet, overall.WorstImageAuroc!.Value));
        Assert.AreEqual(0.05, overall.FalseRejectRates["many"]!.Value, 1e-9);
    }

    [TestMethod]
    public void Several_backbones_get_a_mean_over_them()
    {
        var overall = BenchmarkOverall.Of([Row("x", "", "one", 1, 0), Row("y", "", "one", 0.8, 0), Row("x", "", "two", 0.6, 0), Row("y", "", "two", 0.6, 0)]);
        CollectionAssert.AreEqual(new[] { "one", "two", "" }, overall.Select(o => o.Backbone).ToArray());
        Assert.AreEqual(0.75, overall[2].ImageAuroc!.Value, 1e-9);
        Assert.AreEqual("y", overall[2].WorstSet);
    }

    [TestMethod]
    public void One_data_set_needs_no_mean_over_sets()
        => Assert.IsEmpty(BenchmarkOverall.Of([Row("x", "a", "one", 1, 0), Row("x", "b", "one", 1, 0)]));
}
