using DxmiMlNet.Evaluation;

namespace DxmiMlNet.Tests.Evaluation;

[TestClass]
public class RankMetricsTests
{
    private static readonly bool[] s_labels = [false, false, true, true];

    // scikit-learn's own documentation example of roc_auc_score and average_precision_score.
    private static readonly float[] s_scores = [0.1f, 0.4f, 0.35f, 0.8f];

    [TestMethod]
    public void Area_under_roc_is_the_share_of_pairs_in_the_right_order()
        => Assert.AreEqual(0.75, RankMetrics.AreaUnderRoc(s_scores, s_labels));

    [TestMethod]
    public void Average_precision_sums_precision_over_the_gains_in_recall()
        => Assert.AreEqual(0.5 * 1 + 0.5 * (2.0 / 3), RankMetrics.AveragePrecision(s_scores, s_labels), 1e-12);

    [TestMethod]
    public void Best_f1_comes_with_the_smallest_score_that_it_rejects()
        => Assert.AreEqual((0.8, 0.35f), RankMetrics.BestF1(s_scores, s_labels));

    [TestMethod]
    [DataRow(0.8f, 2.0 / 3)]
    [DataRow(0.81f, 0.0)]
    [DataRow(0.4f, 0.5)]
    [DataRow(0f, 2.0 / 3)]
    public void A_score_at_the_threshold_is_rejected(float threshold, double expected)
        => Assert.AreEqual(expected, RankMetrics.F1AtThreshold(s_scores, s_labels, threshold), 1e-12);

    [TestMethod]
    public void A_score_of_NaN_is_rejected_at_any_threshold()
        => Assert.AreEqual(1.0, RankMetrics.F1AtThreshold([1, float.NaN], [false, true], 2));

    [TestMethod]
    public void Equal_scores_count_half_in_roc_and_are_one_step_in_precision()
    {
        float[] scores = [1, 1, 1, 1];
        Assert.AreEqual(0.5, RankMetrics.AreaUnderRoc(scores, s_labels));
        Assert.AreEqual(0.5, RankMetrics.AveragePrecision(scores, s_labels));
        Assert.AreEqual((2.0 / 3, 1f), RankMetrics.BestF1(scores, s_labels));
    }

    [TestMethod]
    public void The_order_of_tied_images_does_not_matter()
    {
        bool[] reversed = [.. s_labels.Reverse()];
        Assert.AreEqual(RankMetrics.AveragePrecision([1, 2, 2, 1], s_labels), RankMetrics.AveragePrecision([1, 2, 2, 1], reversed));
    }

    [TestMethod]
    public void Operating_points_count_from_the_highest_score_down()
        => CollectionAssert.AreEqual(
            new[] { new OperatingPoint(3, 1, 0), new OperatingPoint(2, 2, 1), new OperatingPoint(1, 2, 2) },
            RankMetrics.OperatingPoints([2, 1, 2, 3], s_labels).ToArray());

    [TestMethod]
    public void False_reject_rate_is_the_share_of_good_images_rejected()
        => Assert.AreEqual(0.25, RankMetrics.FalseRejectRate([true, false, false, false, true], [false, false, false, false, true]));

    [TestMethod]
    public void Metrics_that_one_class_leaves_undefined_are_NaN()
    {
        bool[] good = [false, false], anomalous = [true, true];
        float[] scores = [1, 2];
        Assert.AreEqual(double.NaN, RankMetrics.AreaUnderRoc(scores, good));
        Assert.AreEqual(double.NaN, RankMetrics.AreaUnderRoc(scores, anomalous));
        Assert.AreEqual(double.NaN, RankMetrics.AveragePrecision(scores, good));
        Assert.AreEqual(double.NaN, RankMetrics.BestF1(scores, good).F1);
        Assert.AreEqual(double.NaN, RankMetrics.F1AtThreshold(scores, good, 1));
        Assert.AreEqual(double.NaN, RankMetrics.FalseRejectRate([true, true], anomalous));
        Assert.AreEqual(double.NaN, RankMetrics.AreaUnderRoc([], []));
        Assert.AreEqual(1, RankMetrics.AveragePrecision(scores, anomalous));
    }

    [TestMethod]
    public void A_score_of_NaN_cannot_be_ranked()
        => StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => RankMetrics.AreaUnderRoc([0, float.NaN], [true, false])).Message, "Score 1 is NaN.");

    [TestMethod]
    public void Every_metric_agrees_with_its_definition_on_random_scores_with_ties()
    {
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            int n = random.Next(2, 40);
            float[] scores = [.. Enumerable.Range(0, n).Select(_ => (float)random.Next(8))];
            bool[] labels = [.. Enumerable.Range(0, n).Select(i => i > 0 && (i == 1 || random.Next(2) == 0))];
            float[] good = [.. scores.Where((_, i) => !labels[i])], bad = [.. scores.Where((_, i) => labels[i])];

            double auroc = bad.Average(b => good.Average(g => b > g ? 1 : b == g ? 0.5 : 0));
            double averagePrecision = 0, bestF1 = 0, lastRecall = 0;
            foreach (float t in scores.Distinct().OrderDescending())
            {
                double tp = bad.Count(s => s >= t), fp = good.Count(s => s >= t), recall = tp / bad.Length;
                averagePrecision += (recall - lastRecall) * tp / (tp + fp);
                lastRecall = recall;
                double f1 = 2 * tp / (2 * tp + fp + bad.Length - tp);
                bestF1 = Math.Max(bestF1, f1);
                Assert.AreEqual(f1, RankMetrics.F1AtThreshold(scores, labels, t), 1e-12);
            }
            Assert.AreEqual(auroc, RankMetrics.AreaUnderRoc(scores, labels), 1e-12);
            Assert.AreEqual(averagePrecision, RankMetrics.AveragePrecision(scores, labels), 1e-12);
            var best = RankMetrics.BestF1(scores, labels);
            Assert.AreEqual(bestF1, best.F1, 1e-12);
            Assert.AreEqual(bestF1, RankMetrics.F1AtThreshold(scores, labels, best.Threshold), 1e-12);
        }
    }
}
