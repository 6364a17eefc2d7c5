using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace DxmiMlNet.Cli.Tests;

/// <summary>A program that has Microsoft.ML and DxmiMlNet, and calls nothing of ours.</summary>
[TestClass]
public class PlainConsumerTests
{
    private static string Folder { get; } = typeof(PlainConsumerTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "PlainConsumer").Value!;

    [TestMethod]
    public void A_plain_MLNET_program_scores_with_the_model_file_alone()
    {
        var image = TrainedModel.Parts.Test[^1];
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Folder, "DxmiMlNet.PlainConsumer.dll"), TrainedModel.Path, image.ImagePath])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);

        using var model = InspectionModel.Load(TrainedModel.Path);
        var expected = model.Inspect([image]).Single();
        string[] parts = output.Split(' ');
        Assert.AreEqual(expected.Score, float.Parse(parts[0], CultureInfo.InvariantCulture), 1e-5f * Math.Abs(expected.Score));
        Assert.AreEqual(expected.Verdict, parts[1]);
    }

    [TestMethod]
    public void Its_output_folder_has_no_libtorch()
    {
        string[] names = [.. Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f))];

        Assert.Contains("DxmiMlNet.dll", names);
        string[] native = [.. names.Where(n => n.Contains("libtorch", StringComparison.OrdinalIgnoreCase))];
        Assert.IsEmpty(native, string.Join(", ", native));
    }
}
