using System.Reflection;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;

namespace DxmiMlNet.Kernel.Tests;

/// <summary>Runs cells in the kernel that notebooks run in.</summary>
[TestClass]
public class NotebookKernelTests
{
    // Defect 5: with an older libstdc++ (Debian 12, Ubuntu 22.04, RHEL 9) the training cell ended in "doesn't contain a reference to libtorch-cpu-linux-x64".
    [TestMethod]
    public async Task A_training_cell_finds_libtorch_in_the_packages_beside_TorchSharp()
    {
        using var kernel = new CompositeKernel { new CSharpKernel() };
        string folder = Directory.CreateTempSubdirectory("dxmi-kernel-").FullName;
        await Run(kernel, string.Join('\n', References(folder).Select(dll => $"#r \"{dll}\"")));
        await Run(kernel, """
            using System.Linq;
            using Microsoft.ML;
            using Microsoft.ML.Data;
            using DxmiMlNet.Detection.Dxmi;

            public class Reading
            {
                [VectorType(4)] public float[] Features { get; set; }
            }
            """);
        await Run(kernel, """
            var ml = new MLContext(seed: 1);
            var random = new System.Random(1);
            var good = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300)
                .Select(_ => new Reading { Features = Enumerable.Range(0, 4).Select(_ => random.NextSingle()).ToArray() }).ToArray());
            var model = ml.AnomalyDetection.Trainers.Dxmi(new DxmiAnomalyTrainer.Options
            {
                HiddenSizes = new[] { 16 }, EnergyPretrainingIterations = 50, SamplerPretrainingIterations = 20, Iterations = 10, BatchSize = 32,
            }).Fit(good);
            """);

        object trained = await Run(kernel, """
            model.Transform(good).GetColumn<float>("Score").Count(score => float.IsFinite(score))
            """);

        Directory.Delete(folder, recursive: true);   // what is loaded stays loaded
        Assert.AreEqual(300, trained);
        Assert.IsEmpty(Directory.GetDirectories(Path.Combine(Packages, "torchsharp"), "cpu", SearchOption.AllDirectories), "half a gigabyte was copied");
    }

    private static string Packages { get; } = Metadata("Packages");

    // What a notebook's #r "nuget: DxmiMlNet" and #r "nuget: TorchSharp-cpu" lead to: TorchSharp lies in its package, its native half in others, and no
    // other copy of it beside the assemblies.
    private static IEnumerable<string> References(string folder)
    {
        string torchSharp = Directory.GetFiles(Path.Combine(Packages, "torchsharp"), "TorchSharp.dll", SearchOption.AllDirectories)
            .Single(file => file.Contains("net8.0", StringComparison.Ordinal));
        foreach (string dll in Directory.GetFiles(Metadata("Assemblies"), "*.dll").Where(file => Path.GetFileName(file) is not ("TorchSharp.dll" or "DxmiMlNet.PlainConsumer.dll")))
            File.Copy(dll, Path.Combine(folder, Path.GetFileName(dll)));
        return [torchSharp, .. Directory.GetFiles(folder)];
    }

    private static async Task<object> Run(CompositeKernel kernel, string code)
    {
        var result = await kernel.SendAsync(new SubmitCode(code));
        if (result.Events.OfType<CommandFailed>().FirstOrDefault() is { } failed)
            Assert.Fail($"{failed.Message}\n{failed.Exception}\nin\n{code}");
        return result.Events.OfType<ReturnValueProduced>().LastOrDefault()?.Value!;
    }

    private static string Metadata(string key) => typeof(NotebookKernelTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
