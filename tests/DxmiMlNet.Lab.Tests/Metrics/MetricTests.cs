using DxmiMlNet.Diffusion.Tests;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Lab.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Tests.Metrics;

[TestClass]
public class MetricTests
{
    [TestMethod]
    public void Sliced_wasserstein_joins_the_smallest_to_the_smallest_along_each_direction()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new float[] { 0, 0, 3, 10 }, [2, 2]);
        var b = tensor(new float[] { 4, 10, 2, 0 }, [2, 2]);
        var axes = eye(2);
        var (first, second) = SlicedWasserstein.Along(a, b, axes);
        // Along the first axis {0, 3} meets {2, 4}: moves of 2 and 1. Along the second {0, 10} meets itself.
        Values.AreClose([1.5f, 0], first);
        Values.AreClose([(float)Math.Sqrt(2.5), 0], second);
    }

    [TestMethod]
    public void Sliced_wasserstein_of_a_shift_is_the_mean_of_its_projections()
    {
        using var scope = NewDisposeScope();
        var a = randn(500, 2, generator: new Generator(1));
        var distance = SlicedWasserstein.Between(a, a + tensor(new float[] { 3, 0 }), 4000, new Generator(2));
        // mean |3 cos u| = 6 / pi; every point moves alike, so W1 = W2.
        Assert.AreEqual(6 / Math.PI, distance.First, 0.05);
        Assert.AreEqual(distance.First, distance.Second, 1e-4);
    }

    [TestMethod]
    public void Sets_of_different_sizes_are_refused()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SlicedWasserstein.Between(zeros(3, 2), zeros(4, 2), 10, new Generator(1)));

    [TestMethod]
    public void Auroc_counts_pairs_and_half_of_the_ties()
    {
        using var scope = NewDisposeScope();
        var data = tensor(new float[] { 1, 2, 2, float.NegativeInfinity });
        var others = tensor(new float[] { 2, 3, 0, float.PositiveInfinity });
        double pairs = 0;
        foreach (float d in Values.Of(data))
            foreach (float o in Values.Of(others))
                pairs += d < o ? 1 : d == o ? 0.5 : 0;
        Assert.AreEqual(pairs / 16, EnergyRanking.Auroc(data, others), 1e-12);
        Assert.IsTrue(double.IsNaN(EnergyRanking.Auroc(tensor(new[] { float.NaN }), others)));
    }

    [TestMethod]
    public void The_best_energy_of_a_checkerboard_ranks_three_quarters_of_the_pairs()
    {
        using var scope = NewDisposeScope();
        var density = new Checkerboard();
        // Half of the uniform points lie on its squares, where every energy is the same.
        double auroc = EnergyRanking.AgainstUniform(x => density.LogDensity(x).neg(), density.Sample(20_000, new Generator(1)), new Generator(2));
        Assert.AreEqual(0.75, auroc, 0.01);
    }

    [TestMethod]
    public void All_mass_on_one_mode_gives_that_mode_eight_times_its_share()
    {
        using var scope = NewDisposeScope();
        var samples = tensor(new float[] { 2.8f, 0 }, [1, 2]).repeat(10, 1);
        CollectionAssert.AreEqual(new double[] { 8, 0, 0, 0, 0, 0, 0, 0 }, ModeCoverage.RelativeShares(new EightGaussians(), samples));
    }

    [TestMethod]
    public void Kernel_distance_is_the_naive_sum_over_pairs()
    {
        using var scope = NewDisposeScope();
        var a = randn([4, 3], generator: new Generator(1));
        var b = randn([5, 3], generator: new Generator(2)) + 1;
        Assert.AreEqual(Naive(Rows(a), Rows(a), true) + Naive(Rows(b), Rows(b), true) - 2 * Naive(Rows(a), Rows(b), false), KernelDistance.Between(a, b), 1e-6);

        static double Naive(float[][] x, float[][] y, bool skipSame)
        {
            var kernels = from i in Enumerable.Range(0, x.Length) from j in Enumerable.Range(0, y.Length) where !skipSame || i != j
                          select Math.Pow(x[i].Zip(y[j], (p, q) => (double)p * q).Sum() / 3 + 1, 3);
            return kernels.Average();
        }
    }

    [TestMethod]
    public void Kernel_distance_of_two_draws_of_the_same_is_about_zero()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(0, KernelDistance.Between(randn([2000, 4], generator: new Generator(1)), randn([2000, 4], generator: new Generator(2))), 0.01);
    }

    [TestMethod]
    public void Frechet_distance_of_known_moments()
    {
        using var scope = NewDisposeScope();
        // Four points in a cross have a diagonal covariance, for which the distance is the sum over the axes of squared differences of means and deviations.
        static Tensor Cross(float x, float y, float sx, float sy) => tensor(new[] { x - sx, y, x + sx, y, x, y - sy, x, y + sy }, [4, 2]);
        // variance along an axis: 2 s^2 / (4 - 1)
        double Deviation(double s) => Math.Sqrt(2 * s * s / 3);
        double expected = 3 * 3 + 4 * 4 + Math.Pow(Deviation(1) - Deviation(5), 2) + Math.Pow(Deviation(2) - Deviation(3), 2);
        Assert.AreEqual(expected, FrechetDistance.Between(Cross(0, 0, 1, 2), Cross(3, 4, 5, 3)), 1e-9);
    }

    [TestMethod]
    public void Frechet_distance_does_not_depend_on_the_axes()
    {
        using var scope = NewDisposeScope();
        var a = randn([300, 3], generator: new Generator(1)) * tensor(new float[] { 1, 2, 3 });
        var b = randn([300, 3], generator: new Generator(2)) * tensor(new float[] { 3, 1, 1 }) + 1;
        var rotation = linalg.qr(randn([3, 3], generator: new Generator(3))).Q;
        double plain = FrechetDistance.Between(a, b);
        Assert.IsGreaterThan(1, plain);
        Assert.AreEqual(plain, FrechetDistance.Between(a.mm(rotation), b.mm(rotation)), 1e-3);
        Assert.AreEqual(0, FrechetDistance.Between(a, a), 1e-6);
    }

    [TestMethod]
    public void Recall_counts_real_points_within_the_reach_of_generated_ones()
    {
        using var scope = NewDisposeScope();
        var generated = tensor(new float[] { 0, 1, 3, 10 }, [4, 1]);   // second neighbours at 3, 2, 3 and 9: they reach -3..3, -1..3, 0..6, 1..19
        var real = tensor(new float[] { -4, -3, 5, 18, 20 }, [5, 1]);
        Assert.AreEqual(3 / 5.0, NeighbourRecall.Of(real, generated, k: 2), 1e-12);
        Assert.AreEqual(1, NeighbourRecall.Of(generated, generated, k: 1), 1e-12);
    }

    private static float[][] Rows(Tensor tensor) => [.. Values.Of(tensor).Chunk((int)tensor.shape[1])];
}
