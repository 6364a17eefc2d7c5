using System.Diagnostics;
using DxmiMlNet.Tests.Support;

namespace DxmiMlNet.Cli.Tests;

/// <summary>Hostile folders, inspected by a process that may not have more than a few gigabytes of address space.</summary>
[TestClass]
public class MemoryLimitTests
{
    private const long Kilobytes = 8L << 20;   // of addresses; one of the huge pictures took more

    // Defect 2: three small files of huge pictures took 8.4 GB each. Defect 1: a loop of links counted images without end.
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Huge_pictures_and_loops_of_links_stay_within_a_memory_limit()
    {
        using var folder = new TestFolder();
        for (int i = 0; i < 3; i++)
            folder.Write($"images/huge{i}.png", Encoded.PngThatClaims(23_000, 23_000));
        for (int i = 0; i < 3; i++)
            folder.Write($"images/large{i}.png", Encoded.Black(9_000, 9_000));
        File.Copy(TrainedModel.Parts.Test[0].ImagePath, folder.File("images/good.png"));
        Directory.CreateSymbolicLink(folder.File("images/up"), folder.File("images"));
        Directory.CreateSymbolicLink(folder.File("images/a/up"), folder.File("images"));

        var (exitCode, error) = Limited("inspect", "--model", TrainedModel.Path, "--input", folder.File("images"), "--output", folder.File("out"), "--threads", "2");

        Assert.AreEqual(ExitCodes.FailedItems, exitCode, error);
        var records = File.ReadLines(folder.File("out/results.jsonl")).Select(line => InspectionJson.Deserialize(line)).ToArray();
        Assert.HasCount(7, records);
        Assert.AreEqual(4, records.Count(r => r.Error is null), error);
        Assert.IsTrue(records.Where(r => r.Error is not null).All(r => r.Error!.Contains("23000 x 23000 pixels", StringComparison.Ordinal)));
    }

    private static (int ExitCode, string Error) Limited(params string[] arguments)
    {
        string command = $"ulimit -v {Kilobytes}; exec dotnet {typeof(Program).Assembly.Location} {string.Join(' ', arguments.Select(a => $"'{a}'"))}";
        var start = new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = start.Environment["DOTNET_GCRegionRange"] = "0xC0000000";   // 3 GB: left alone, .NET reserves 256 GB of addresses
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error + output.Result);
    }
}
