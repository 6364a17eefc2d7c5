using System.Diagnostics;
using System.Text.Json;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class BenchCommandTests
{
    // In a process of its own: this one trained.
    [TestMethod]
    public void A_process_that_only_inspects_is_timed_on_one_thread_and_on_several_and_never_loads_libtorch()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "dxmi.dll"), "bench", "--model", TrainedModel.Path, "--rounds", "3",
            "--threads", "2", "--endurance", "20", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);

        var report = JsonDocument.Parse(output.Trim().Split('\n')[^1]).RootElement;
        Assert.IsFalse(report.GetProperty("libtorchLoaded").GetBoolean());
        Assert.AreEqual(20, report.GetProperty("endurance").GetProperty("images").GetInt32());
        var threads = report.GetProperty("threads").EnumerateArray().ToArray();
        CollectionAssert.AreEqual(new[] { 1, 2 }, threads.Select(t => t.GetProperty("threads").GetInt32()).ToArray());
        foreach (var row in threads)
        {
            Assert.IsGreaterThan(0, row.GetProperty("totalOverBackbone").GetDouble());
            Assert.IsGreaterThan(0, row.GetProperty("imagesPerSecond").GetDouble());
            var routes = row.GetProperty("routes").EnumerateArray().Select(r => r.GetProperty("route").GetString()).ToArray();
            foreach (string route in new[] { "backbone", "decode", "resize", "features", "detection", "direct", "PredictionEngine", "exported file" })
                Assert.Contains(route, routes);
        }
    }

    [TestMethod]
    public void A_missing_model_is_refused()
        => CommandLine.Run("bench", "--model", "absent.zip").AssertRefused("does not exist", "model file", "train a model");
}
