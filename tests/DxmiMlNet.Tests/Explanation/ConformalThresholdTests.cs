using DxmiMlNet.Diffusion;
using DxmiMlNet.Explanation;

namespace DxmiMlNet.Tests.Explanation;

[TestClass]
public class ConformalThresholdTests
{
    private static float[] OneTo(int n) => [.. Enumerable.Range(1, n).Select(i => (float)i).Reverse()];

    [TestMethod]
    [DataRow(19, 0.05, 19f)]     // ceil(20 * 0.95) = 19: the greatest
    [DataRow(20, 0.05, 20f)]     // ceil(21 * 0.95) = ceil(19.95) = 20
    [DataRow(39, 0.05, 38f)]     // ceil(40 * 0.95) = 38
    [DataRow(29, 0.1, 27f)]      // ceil(30 * 0.9) = 27, although 30 * 0.1 is not 3 in binary
    [DataRow(1, 0.5, 1f)]
    public void The_threshold_is_the_kth_smallest_good_value(int n, double alpha, float expected)
        => Assert.AreEqual(expected, ConformalThreshold.Of(OneTo(n), alpha));

    [TestMethod]
    [DataRow(0.05, 19)]
    [DataRow(0.01, 99)]
    [DataRow(0.1, 9)]
    [DataRow(0.3, 3)]
    public void Too_few_good_images_are_refused_with_the_number_needed(double alpha, int needed)
    {
        Assert.AreEqual(needed, ConformalThreshold.Needed(alpha));
        ConformalThreshold.Of(OneTo(needed), alpha);
        var error = Assert.ThrowsExactly<DxmiException>(() => ConformalThreshold.Of(OneTo(needed - 1), alpha));
        StringAssert.Contains(error.Message, $"At least {needed} are needed");
    }

    [TestMethod]
    public void The_alpha_that_the_error_proposes_is_enough()
    {
        var error = Assert.ThrowsExactly<DxmiException>(() => ConformalThreshold.Of(OneTo(10), 0.05));
        StringAssert.Contains(error.Remedy, "raise alpha to 0.091 or more");
        Assert.AreEqual(10f, ConformalThreshold.Of(OneTo(10), 0.091));
    }

    [TestMethod]
    public void At_most_alpha_of_new_good_parts_exceed_the_threshold()
    {
        var random = new Random(1);
        int exceeded = 0;
        const int trials = 4000;
        for (int trial = 0; trial < trials; trial++)
        {
            var good = Enumerable.Range(0, 39).Select(_ => random.NextSingle()).ToArray();
            if (random.NextSingle() > ConformalThreshold.Of(good, 0.1))
                exceeded++;
        }
        Assert.AreEqual(0.1, exceeded / (double)trials, 0.015);   // 3 standard errors
    }
}
