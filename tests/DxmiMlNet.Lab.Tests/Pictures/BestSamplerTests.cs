using DxmiMlNet.Diffusion.Tests;
using DxmiMlNet.Lab.Pictures;
using DxmiMlNet.Diffusion.Samplers;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Tests.Pictures;

[TestClass]
public class BestSamplerTests
{
    [TestMethod]
    public void The_sampler_of_the_least_distance_is_kept_and_one_without_a_distance_never()
    {
        using var generator = new Generator(1);
        using var sampler = new DdpmSampler(2, NoiseSchedule.Short(3), [4], generator, CPU);
        double[] distances = [5, double.NaN, 2, 3];
        int offer = 0;
        using var best = new BestSampler(sampler, () => distances[offer++]);

        foreach (double _ in distances)
        {
            using var no = no_grad();
            using Scalar value = offer, negative = -offer;
            sampler.Parameters.Flat.copy_(full_like(sampler.Parameters.Flat, value));
            sampler.LogSigmas.Flat.copy_(full_like(sampler.LogSigmas.Flat, negative));
            best.Offer();
        }
        best.Restore();

        Assert.AreEqual(2, sampler.Parameters.Flat.mean().item<float>());
        Assert.AreEqual(-2, sampler.LogSigmas.Flat.mean().item<float>());
    }

    [TestMethod]
    public void A_sampler_that_never_had_a_distance_stays_as_it_is()
    {
        using var generator = new Generator(1);
        using var sampler = new DdpmSampler(2, NoiseSchedule.Short(3), [4], generator, CPU);
        float[] before = Values.Of(sampler.Parameters.Flat);
        using var best = new BestSampler(sampler, () => double.NaN);
        best.Offer();
        best.Restore();
        CollectionAssert.AreEqual(before, Values.Of(sampler.Parameters.Flat));
    }
}
