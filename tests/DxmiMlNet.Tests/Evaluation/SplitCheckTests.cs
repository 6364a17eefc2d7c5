using DxmiMlNet.Evaluation;

namespace DxmiMlNet.Tests.Evaluation;

[TestClass]
public class SplitCheckTests
{
    private static readonly float[] s_scores = [.. Enumerable.Range(0, 192).Select(i => MathF.Sin(i) + i / 1000f)];

    [TestMethod]
    [DataRow(0.02)]
    [DataRow(0.05)]
    [DataRow(0.2)]
    public void Independent_scores_keep_to_the_law(double alpha)
    {
        var check = SplitCheck.Run(s_scores, alpha, splits: 400);

        Assert.IsGreaterThanOrEqualTo(388, check.InsideInterval);   // 396 are expected; fewer than 388 have a probability below 1e-3
        Assert.AreEqual(check.ExpectedRejected, check.MeanRejected, 0.006);
        Assert.IsLessThanOrEqualTo(alpha, check.ExpectedRejected);
        Assert.AreEqual(192, check.Calibration + check.Check);
    }

    [TestMethod]
    public void Scores_that_leave_the_law_are_seen_to()
    {
        // Half of the scores equal: ties make the rejected share smaller than the law says, up to none.
        var check = SplitCheck.Run([.. s_scores.Select(s => MathF.Min(s, 0.5f))], 0.2, splits: 100);
        Assert.IsLessThan(10, check.InsideInterval);
        Assert.AreEqual(0, check.MeanRejected);
    }

    [TestMethod]
    [DataRow(192, 0.02, 99)]    // 2 of 100, exactly alpha; 96 scores only have 1 of 97
    [DataRow(192, 0.05, 99)]
    [DataRow(192, 0.1, 99)]
    [DataRow(40, 0.05, 19)]
    public void Half_is_the_number_with_which_the_rate_can_be_met_best(int scores, double alpha, int expected)
        => Assert.AreEqual(expected, SplitCheck.Half(scores, alpha));

    [TestMethod]
    public void The_same_seed_gives_the_same_splits()
    {
        Assert.AreEqual(SplitCheck.Run(s_scores, 0.05, 50), SplitCheck.Run(s_scores, 0.05, 50));
        Assert.AreNotEqual(SplitCheck.Run(s_scores, 0.05, 50).MeanRejected, SplitCheck.Run(s_scores, 0.05, 50, seed: 2).MeanRejected);
    }

    [TestMethod]
    public void Too_few_good_images_say_how_many_are_needed()
    {
        var error = Assert.ThrowsExactly<DxmiException>(() => SplitCheck.Run(s_scores[..30], 0.02, 50));
        Assert.Contains("needs at least 49", error.Message);
    }
}
