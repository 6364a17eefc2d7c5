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
    public void The_example_samples_in_any_number_of_steps()
    {
        using var scope = NewDisposeScope();
        #region README any step
        using var generator = new Generator(1);
        using var data = randn(10_000, 2, generator: generator).mul(0.3).add(1);   // [N, D]
        int[] steps = [1, 2, 4, 8];
        using var sampler = new AnyStepSampler(2, T => NoiseSchedule.Even(T), [32, 32], generator, CPU, initialSigma: 0.3);
        using var value = new AnyStepValue(sampler, [32, 32], generator, CPU);
        using var energy = new AnyStepEnergy(2, [32, 32], generator, CPU, fourierFeatures: 16, scoredSteps: 8);
        var options = new DxmiOptions { Iterations = 400, BatchSize = 128, Energy = new EnergyOptions { Rate = 3e-4 } };
        var training = new TrainingRun(generator, "any step", [energy.Parameters, value.Parameters, sampler.Parameters, sampler.SigmaWeights],
            new TrainingStage(options.Iterations, 1, () => new AnyStepTrainer(data, energy, value, sampler, steps, options, generator)));
        training.Run();
        using var few = sampler.InSteps(2).Sample(1000, generator);    // [1000, D]
        using var more = sampler.InSteps(6).Sample(1000, generator, new ValueGuidance(energy, value.InSteps(6), scale: 0.1));
        #endregion

        foreach (var samples in new[] { few, more })
            Assert.AreEqual(1, samples.mean().item<float>(), 0.5);   // from noise about 0
    }

    [TestMethod]
    [DataRow("README", 1)]
    [DataRow("README any step", 2)]
    public void The_READMEs_examples_are_those_above(string region, int place)
    {
        string source = File.ReadAllText(Here()).Split($"#region {region}\n")[1].Split("        #endregion")[0].Replace("\n        ", "\n").TrimStart();
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../src/DxmiMlNet.Diffusion/README.md"));
        Assert.AreEqual(source.TrimEnd(), readme.Split("```csharp\n")[place].Split("\n```")[0]);

        static string Here([CallerFilePath] string path = "") => path;
    }
}
