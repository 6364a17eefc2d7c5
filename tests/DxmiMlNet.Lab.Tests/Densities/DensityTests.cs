using DxmiMlNet.Diffusion.Tests;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Lab.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Tests.Densities;

[TestClass]
public class DensityTests
{
    [TestMethod]
    public void Eight_gaussians_have_their_known_density_at_a_centre()
    {
        using var scope = NewDisposeScope();
        // Neighbouring centres are 2.165 apart, six standard deviations: at a centre the others add about 1e-8 each.
        var centre = tensor(new float[] { (float)(4 / Math.Sqrt(2)), 0 }, [1, 2]);
        Values.AreClose([(float)-Math.Log(8 * 2 * Math.PI * 0.125)], new EightGaussians().LogDensity(centre), 1e-4);
    }

    [TestMethod]
    [DataRow("8gaussians")]
    [DataRow("2spirals")]
    [DataRow("checkerboard")]
    public void A_density_integrates_to_one(string name)
    {
        using var scope = NewDisposeScope();
        const int cells = 160;
        var middles = (arange(cells) + 0.5) * (10.0 / cells) - 5;
        var grid = stack([middles.repeat_interleave(cells), middles.repeat(cells)], 1);
        double sum = Density.Named(name).LogDensity(grid).exp().sum().item<float>() * (10.0 / cells) * (10.0 / cells);
        Assert.AreEqual(1, sum, 0.01);
    }

    [TestMethod]
    [DataRow("8gaussians")]
    [DataRow("2spirals")]
    [DataRow("checkerboard")]
    public void Samples_fall_where_the_density_is_and_reach_every_mode_alike(string name)
    {
        using var scope = NewDisposeScope();
        var density = Density.Named(name);
        var samples = density.Sample(20_000, new Generator(1));
        var inQuadrant = (samples > 0).all(1).to(ScalarType.Float32).mean().item<float>();
        Assert.AreEqual(QuadrantShare(density), inQuadrant, 0.015);
        foreach (double share in ModeCoverage.RelativeShares(density, samples))
            Assert.AreEqual(1, share, 0.1);
    }

    [TestMethod]
    public void The_checkerboard_is_uniform_on_half_of_its_square()
    {
        using var scope = NewDisposeScope();
        var density = new Checkerboard();
        var x = tensor(new float[] { -3, -3, -3, -1, 1, 1, 1, 3, 5, 5 }, [5, 2]);
        float inside = (float)-Math.Log(32), outside = float.NegativeInfinity;
        CollectionAssert.AreEqual(new[] { inside, outside, inside, outside, outside }, Values.Of(density.LogDensity(x)));
    }

    [TestMethod]
    public void Samples_depend_on_the_generator_alone()
    {
        using var scope = NewDisposeScope();
        foreach (var density in Density.All)
            Values.AreClose(Values.Of(density.Sample(50, new Generator(3))), density.Sample(50, new Generator(3)), 0);
    }

    [TestMethod]
    public void An_unknown_density_is_refused_with_the_names_there_are()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Density.Named("moons")).Message, "8gaussians, 2spirals, checkerboard");

    // The probability of the positive quadrant, by summing the density over a grid.
    private static double QuadrantShare(Density density)
    {
        using var scope = NewDisposeScope();
        const int cells = 100;
        var middles = (arange(cells) + 0.5) * (5.0 / cells);
        var grid = stack([middles.repeat_interleave(cells), middles.repeat(cells)], 1);
        return density.LogDensity(grid).exp().sum().item<float>() * (5.0 / cells) * (5.0 / cells);
    }
}
