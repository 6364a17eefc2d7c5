using DxmiMlNet.Decisions;

namespace DxmiMlNet.Tests.Decisions;

[TestClass]
public class ConformalCalibrationTests
{
    [TestMethod]
    [DataRow(0.5f, 1.0)]          // 4 of 4 at or above: 5/5
    [DataRow(1f, 1.0)]            // a calibration score itself counts
    [DataRow(1.5f, 0.8)]          // 3 of 4: 4/5
    [DataRow(3f, 0.6)]
    [DataRow(4f, 0.4)]
    [DataRow(4.5f, 0.2)]          // none: 1/5
    public void The_p_value_counts_the_calibration_scores_at_or_above(float score, double expected)
        => Assert.AreEqual(expected, new ConformalCalibration([3, 1, 4, 2]).PValue(score));

    [TestMethod]
    public void Equal_calibration_scores_all_count()
    {
        var calibration = new ConformalCalibration([1, 2, 2, 2, 3, 2, 2]);
        Assert.AreEqual(7.0 / 8, calibration.PValue(2));
        Assert.AreEqual(2.0 / 8, calibration.PValue(2.5f));
    }

    [TestMethod]
    [DataRow(0.05, 95f)]          // k = 5 of 99 scores 1..99: the fifth largest is 95
    [DataRow(0.01, 99f)]
    [DataRow(0.29, 71f)]          // 0.29 * 100 is 28.999999999999996 in floating point, k is 29 all the same
    [DataRow(0.0599, 95f)]
    [DataRow(0.99, 1f)]
    public void The_threshold_lies_just_above_the_kth_largest_calibration_score(double alpha, float kthLargest)
    {
        var calibration = new ConformalCalibration(Enumerable.Range(1, 99).Select(i => (float)i));
        Assert.AreEqual(MathF.BitIncrement(kthLargest), calibration.Threshold(alpha));
    }

    [TestMethod]
    public void A_score_reaches_the_threshold_exactly_when_its_p_value_is_at_most_alpha()
    {
        var random = new Random(5);
        for (int n = 1; n < 150; n++)
        {
            float[] scores = [.. Enumerable.Range(0, n).Select(_ => (float)random.Next(20))];   // many ties
            var calibration = new ConformalCalibration(scores);
            for (int percent = 1; percent < 100; percent++)
            {
                double alpha = percent / 100.0;
                if (n < ConformalCalibration.RequiredCount(alpha))
                    continue;
                float threshold = calibration.Threshold(alpha);
                foreach (float score in scores.SelectMany(s => new[] { s, s + 0.5f }))
                    Assert.AreEqual(calibration.PValue(score) <= alpha, score >= threshold, $"n {n}, alpha {alpha}, score {score}");
            }
        }
    }

    [TestMethod]
    [DataRow(0.05, 19L)]
    [DataRow(0.1, 9L)]
    [DataRow(0.01, 99L)]
    [DataRow(0.07, 14L)]
    [DataRow(0.001, 999L)]
    [DataRow(0.5, 1L)]
    [DataRow(0.9, 1L)]
    public void As_many_good_images_as_required_are_enough_and_one_less_is_not(double alpha, long required)
    {
        Assert.AreEqual(required, ConformalCalibration.RequiredCount(alpha));
        _ = new ConformalCalibration(new float[required]).Threshold(alpha);
        Assert.ThrowsExactly<DxmiException>(() => new ConformalCalibration(new float[required - 1]).Threshold(alpha));
    }

    [TestMethod]
    public void Too_few_good_images_are_an_error_that_says_how_many_are_needed_and_what_these_allow()
    {
        var error = Assert.ThrowsExactly<DxmiException>(() => new ConformalCalibration(new float[12]).Threshold(0.05));
        Assert.AreEqual("There are 12 good images to calibrate on. alpha = 0.05 needs at least 19. " +
            "Add good images that the model was not trained on, or accept alpha = 0.077 or larger.", error.Message);
        _ = new ConformalCalibration(new float[12]).Threshold(0.077);   // what it says it allows, it allows
    }

    // For exchangeable scores the number of rejections in N independent repetitions is at most Binomial(N, alpha) in the usual stochastic
    // order; 1000 repetitions exceed alpha N + 4 standard deviations with a probability below 1e-4, and the seed is fixed.
    [TestMethod]
    [DataRow(0.05, 19)]
    [DataRow(0.05, 100)]
    [DataRow(0.2, 37)]
    public void Reject_rate_on_good_parts_stays_below_alpha(double alpha, int n)
    {
        const int repetitions = 1000;
        var random = new Random(42);
        int rejected = 0;
        for (int i = 0; i < repetitions; i++)
        {
            var calibration = new ConformalCalibration(Enumerable.Range(0, n).Select(_ => GoodScore()));
            rejected += GoodScore() >= calibration.Threshold(alpha) ? 1 : 0;
        }
        Assert.IsLessThanOrEqualTo(alpha * repetitions + 4 * Math.Sqrt(repetitions * alpha * (1 - alpha)), rejected);
        Assert.IsGreaterThan(0, rejected);   // a promise kept by rejecting nothing would be worth nothing

        float GoodScore() => (float)-Math.Log(1 - random.NextDouble());
    }

    [TestMethod]
    public void Reject_rate_is_exactly_k_of_n_plus_1_without_ties()
    {
        // Leave-one-out over all exchangeable orders: each of 20 scores takes its turn as the new part; exactly k = 2 are rejected at alpha = 0.1.
        float[] scores = [.. Enumerable.Range(1, 20).Select(i => (float)i)];
        int rejected = scores.Count(part => part >= new ConformalCalibration(scores.Where(s => s != part)).Threshold(0.1));
        Assert.AreEqual(2, rejected);
    }
}
