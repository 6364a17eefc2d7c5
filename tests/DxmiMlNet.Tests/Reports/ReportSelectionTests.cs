using DxmiMlNet.Explanation;
using DxmiMlNet.Reports;
using DxmiMlNet.Tests.Explanation;

namespace DxmiMlNet.Tests.Reports;

[TestClass]
public class ReportSelectionTests
{
    private static readonly ReportThresholds s_thresholds = new(Review: 4, Reject: 5);

    private static ReportImage Image(string path, bool isAnomalous, double score)
        => new(path, isAnomalous ? "crack" : "good", isAnomalous, score, 0.5, score > 5 ? "Reject" : score > 4 ? "Review" : "Pass");

    private static string Paths(IEnumerable<ReportImage> images) => string.Join(' ', images.Select(i => i.Path));

    [TestMethod]
    public void Errors_come_worst_first_and_the_rest_closest_to_a_threshold_first()
    {
        var selection = ReportSelection.Choose(
        [
            Image("missed-3", true, 3), Image("missed-1", true, 1), Image("alarm-6", false, 6), Image("alarm-9", false, 9),
            Image("sure-good", false, 0), Image("sure-bad", true, 20), Image("near-review", false, 3.9), Image("near-reject", true, 5.2), Image("reviewed", true, 4.5),
        ], s_thresholds);
        Assert.AreEqual("missed-1 missed-3", Paths(selection.MissedDefects));
        Assert.AreEqual("alarm-9 alarm-6", Paths(selection.FalseAlarms));
        Assert.AreEqual("near-review near-reject reviewed sure-good sure-bad", Paths(selection.Borderline));
    }

    [TestMethod]
    [DataRow(24, 8, 8, 8)]
    [DataRow(4, 2, 2, 0)]
    [DataRow(1, 1, 0, 0)]
    [DataRow(0, 0, 0, 0)]
    public void The_number_of_images_is_bounded(int count, int missed, int alarms, int borderline)
    {
        var images = Enumerable.Range(0, 100).SelectMany(i => new[] { Image($"m{i}", true, 1), Image($"a{i}", false, 9), Image($"b{i}", true, 9) }).ToArray();
        var selection = ReportSelection.Choose(images, s_thresholds, count);
        Assert.AreEqual((missed, alarms, borderline), (selection.MissedDefects.Count, selection.FalseAlarms.Count, selection.Borderline.Count));
        Assert.AreEqual(count, selection.All.Select(i => i.Path).Distinct().Count());
    }

    [TestMethod]
    public void Without_errors_all_pictures_are_borderline()
    {
        var images = Enumerable.Range(0, 100).Select(i => Image($"{i}", false, i / 50.0)).ToArray();
        Assert.HasCount(24, ReportSelection.Choose(images, s_thresholds).Borderline);
    }
}
