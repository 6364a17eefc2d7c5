using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Samplers;

[TestClass]
public class EdmSamplerTests
{
    private static readonly ImageShape s_shape = new(1, 4, 4);

    private static EdmSampler Sampler(double[] levels, double dataSigma)
    {
        var sampler = new EdmSampler(s_shape, [8, 8], levels, dataSigma, new Generator(1), CPU);
        using var _ = no_grad();
        using var noise = randn(sampler.Parameters.Count, generator: new Generator(2));
        sampler.Parameters.Flat.add_(0.1 * noise);   // the U-Net starts as the zero function
        return sampler;
    }

    [TestMethod]
    public void Preconditioning_at_three_quarters_of_noise_for_data_of_one_is_that_of_a_3_4_5_triangle()
    {
        var c = EdmPreconditioning.At(sigma: 0.75, dataSigma: 1);   // sqrt(sigma^2 + sigma_d^2) = 1.25
        Assert.AreEqual(0.64, c.Skip, 1e-12);    // 1 / 1.5625
        Assert.AreEqual(0.6, c.Out, 1e-12);      // 0.75 / 1.25
        Assert.AreEqual(0.8, c.In, 1e-12);       // 1 / 1.25
        Assert.AreEqual(-0.0719205181, c.Noise, 1e-9);   // ln(0.75) / 4
    }

    [TestMethod]
    public void Karras_levels_are_even_in_their_rho_th_root()
    {
        // With rho = 2 from 16 to 1: roots 4, 2.5, 1.
        double[] levels = EdmSampler.Karras(3, min: 1, max: 16, rho: 2);
        Assert.AreEqual(16, levels[0], 1e-9);
        Assert.AreEqual(6.25, levels[1], 1e-9);
        Assert.AreEqual(1, levels[2], 1e-9);
        // The paper's own, in the middle: ((80^(1/7) + 0.002^(1/7)) / 2)^7.
        Assert.AreEqual(2.515219, EdmSampler.Karras(3)[1], 1e-5);
    }

    [TestMethod]
    public void A_step_is_the_posterior_between_two_noise_levels()
    {
        using var scope = NewDisposeScope();
        double[] levels = [3, 0.5];
        const double dataSigma = 0.4;
        using var sampler = Sampler(levels, dataSigma);
        var x = randn(2, 16, generator: new Generator(3)).mul(2);
        for (int t = 0; t < 2; t++)
        {
            double sigma = levels[t], next = t == 0 ? levels[1] : 0;
            double total = Math.Sqrt(sigma * sigma + dataSigma * dataSigma), nextTotal = t == 0 ? Math.Sqrt(next * next + dataSigma * dataSigma) : 1;
            var z = x.div(total);   // the state is c_in x
            var raw = sampler.Raw(z, full(2, Math.Log(sigma)));
            var denoised = x.mul(dataSigma * dataSigma / (total * total)).add(raw.mul(sigma * dataSigma / total));
            double r = next * next / (sigma * sigma);
            var expected = x.mul(r).add(denoised.mul(1 - r)).div(nextTotal);
            Values.AreClose(Values.Of(expected), sampler.Mean(z, t), 1e-4);
            Values.AreClose(Values.Of(expected), sampler.Mean(z, tensor(new long[] { t, t })), 1e-4);
            Assert.AreEqual(t == 0 ? next * Math.Sqrt(1 - r) / nextTotal : 0.001, sampler.LogSigmas[t].exp().item<float>(), 1e-5);
        }
    }

    [TestMethod]
    public void Noised_data_has_the_noise_of_its_level_in_the_networks_scale()
    {
        using var scope = NewDisposeScope();
        using var sampler = Sampler([0.75, 0.1], dataSigma: 1);
        Values.AreClose([.. Enumerable.Repeat(0.8f * (2 + 0.75f * 10), 16)], sampler.Noised(full(1, 16, 2f), t: 0, noise: full(1, 16, 10f)), 1e-4);
    }

    [TestMethod]
    public void The_same_network_runs_on_another_grid()
    {
        using var scope = NewDisposeScope();
        using var sampler = Sampler(EdmSampler.Karras(2), dataSigma: 1);
        using var more = sampler.Convert(EdmSampler.Karras(5));
        Assert.AreEqual(5, more.Steps);
        Values.AreClose(Values.Of(sampler.Parameters.Flat), more.Parameters.Flat, 0);
        CollectionAssert.AreEqual(new long[] { 3, 16 }, more.Sample(3, new Generator(4)).shape);
    }
}
