using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace DxmiMlNet.Cli.Tests;

/// <summary>The application chooses libtorch's backend by one property. MSBuild evaluates it: nothing is restored.</summary>
[TestClass]
public class TorchBackendTests
{
    [TestMethod]
    [DataRow("cpu", "TorchSharp-cpu")]
    [DataRow("cuda-windows", "TorchSharp-cuda-windows")]
    [DataRow("cuda-linux", "TorchSharp-cuda-linux")]
    public void TorchBackend_decides_the_package(string backend, string package)
    {
        var references = Evaluate(backend).GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!).Where(id => id.StartsWith("TorchSharp", StringComparison.Ordinal)).ToArray();

        CollectionAssert.AreEqual(new[] { package }, references);
    }

    private static JsonElement Evaluate(string backend)
    {
        string project = typeof(TorchBackendTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "CliProject").Value!;
        var start = new ProcessStartInfo("dotnet", ["msbuild", "-getItem:PackageReference", $"-p:TorchBackend={backend}", project])
        {
            RedirectStandardOutput = true,
        };
        // The test host's own MSBuild settings must not leak into this one.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
        return JsonDocument.Parse(output).RootElement;
    }
}
