using DxmiMlNet.Decisions;

namespace DxmiMlNet.Tests.Decisions;

[TestClass]
public class BetaBinomialTests
{
    [TestMethod]
    public void Probabilities_equal_those_computed_by_hand()
    {
        // m = 2, a = 1, b = 3: P(j) = C(2, j) B(j + 1, 5 - j) / B(1, 3), with B(1, 3) = 1/3, B(1, 5) = 1/5, B(2, 4) = 1/20, B(3, 3) = 1/30.
        var p = new BetaBinomial(2, 1, 3).Probabilities();
        Assert.AreEqual(3 / 5.0, p[0], 1e-12);
        Assert.AreEqual(3 / 10.0, p[1], 1e-12);
        Assert.AreEqual(1 / 10.0, p[2], 1e-12);
    }

    [TestMethod]
    public void A_uniform_probability_makes_every_number_equally_likely()
    {
        foreach (double p in new BetaBinomial(4, 1, 1).Probabilities())
            Assert.AreEqual(0.2, p, 1e-12);
    }

    [TestMethod]
    [DataRow(0.5, 0, 1)]     // of 0.6, 0.3, 0.1, tails of 0.25: 2 can go, 1 and 2 together (0.4) cannot
    [DataRow(0.85, 0, 2)]    // tails of 0.075: 2 has 0.1
    [DataRow(0.1, 0, 0)]     // tails of 0.45: 1 and 2 together can go
    public void The_interval_leaves_out_what_the_level_allows_on_either_side(double level, int low, int high)
        => Assert.AreEqual((low, high), new BetaBinomial(2, 1, 3).Interval(level));

    [TestMethod]
    [DataRow(96, 4, 93)]
    [DataRow(93, 2, 98)]
    [DataRow(1000, 50, 951)]
    [DataRow(50_000, 2500, 47_501)]
    public void Probabilities_sum_to_one_and_have_the_mean_of_theory(int trials, int a, int b)
    {
        var p = new BetaBinomial(trials, a, b).Probabilities();
        Assert.AreEqual(1, p.Sum(), 1e-9);
        Assert.AreEqual(trials * (double)a / (a + b), p.Select((q, j) => j * q).Sum(), 1e-9 * trials);
        var (low, high) = new BetaBinomial(trials, a, b).Interval(0.99);
        Assert.IsLessThanOrEqualTo(0.005, p[..low].Sum());
        Assert.IsLessThanOrEqualTo(0.005, p[(high + 1)..].Sum());
        Assert.IsGreaterThanOrEqualTo(0.99, p[low..(high + 1)].Sum());
    }
}
