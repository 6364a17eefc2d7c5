using System.Runtime.CompilerServices;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests;

[TestClass]
public class ReadmeTests
{
    [TestMethod]
    public void The_example_samples_what_it_learned()
    {
        using var scope = NewDisposeScope();
        #region README
        using var generator = new Generator(1);
        using var data = randn(10_000, 2, generator: generator).mul(0.3).add(1);   // [N, D]
        using var energy = new FreeEnergy(2, [32, 32], generator, CPU);
        using var value = new ValueNetwork(2, 5, [32, 32], generator, CPU);
        using var sampler = new DdpmSampler(2, NoiseSchedule.Even(5), [32, 32], generator, CPU, initialSigma: 0.3);
        var options = new DxmiOptions { Iterations = 400, BatchSize = 128, Energy = new EnergyOptions { Rate = 3e-4 } };
        var training = new TrainingRun(generator, "example", [energy.Parameters, value.Parameters, sampler.Parameters, sampler.LogSigmas],
            new TrainingStage(options.Iterations, 1, () => new DxmiTrainer(data, energy, value, sampler, options, generator)));
        training.Run(progress => Console.WriteLine($"{progress.Fraction:P0}, {progress.Remaining:m\\:ss} left: {progress.Metrics}"));
        using var samples = sampler.Sample(1000, generator);   // [1000, D]
        using var scores = energy.Evaluate(samples);           // [1000], high is unusual
        #endregion

        CollectionAssert.AreEqual(new long[] { 1000 }, scores.shape);
        Assert.AreEqual(1, samples.mean().item<float>(), 0.5);   // from noise about 0
    }

    [TestMethod]
    public void The_READMEs_example_is_the_one_above()
    {
        string source = File.ReadAllText(Here()).Split("#region README\n")[1].Split("        #endregion")[0].Replace("\n        ", "\n").TrimStart();
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../src/DxmiMlNet.Diffusion/README.md"));
        Assert.AreEqual(source.TrimEnd(), readme.Split("```csharp\n")[1].Split("\n```")[0]);

        static string Here([CallerFilePath] string path = "") => path;
    }
}
