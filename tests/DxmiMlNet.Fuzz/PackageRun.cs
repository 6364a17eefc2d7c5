using System.Diagnostics;
using System.Reflection;

namespace DxmiMlNet.Fuzz;

/// <summary>
/// The newcomer's way: packs the libraries, makes a fresh project that refers to them, and runs the README's samples in it word for word, first without and
/// then with a native backend. Defect 6.
/// </summary>
internal static class PackageRun
{
    // What the samples print, in the README's order.
    private static readonly string[] s_prints = [" regions", "image AUROC"];

    public static int Run()
    {
        string repository = Path.GetFullPath(Metadata("Repository")), cache = Metadata("Packages");
        string place = Directory.CreateTempSubdirectory("dxmi-package-").FullName;
        try
        {
            foreach (string library in new[] { "DxmiMlNet.Diffusion", "DxmiMlNet" })
                Require(Dotnet(place, "pack", "-c", "Release", Path.Combine(repository, "src", library), "--output", Path.Combine(place, "packages")));
            string[] samples = [.. File.ReadAllText(Path.Combine(repository, "README.md")).Split("```csharp\n").Skip(1).Select(block => block.Split("```")[0])];
            WriteProject(place, cache);
            WriteProgram(place, samples[0]);
            string data = Path.Combine(place, "app", "data");
            Directory.CreateSymbolicLink(data, Path.Combine(repository, "data"));

            int faults = 0;
            var (exitCode, text) = Dotnet(Path.Combine(place, "app"), "run", "-c", "Release");
            faults += Check("without a backend: an error that names the package to add", exitCode != 0 && text.Contains("dotnet add package TorchSharp-cpu", StringComparison.Ordinal)
                && !text.Contains("LoadNativeBackend", StringComparison.Ordinal), text);
            string project = Path.Combine(place, "app", "app.csproj");
            File.WriteAllText(project, File.ReadAllText(project).Replace("<!-- backend -->", "<PackageReference Include=\"TorchSharp-cpu\" Version=\"0.107.0\" />", StringComparison.Ordinal));
            for (int i = 0; i < s_prints.Length; i++)
            {
                WriteProgram(place, samples[i]);
                (exitCode, text) = Dotnet(Path.Combine(place, "app"), "run", "-c", "Release");
                faults += Check($"with TorchSharp-cpu: sample {i + 1} runs", exitCode == 0 && text.Contains(s_prints[i], StringComparison.Ordinal), text);
            }
            return faults > 0 ? 1 : 0;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    // Packages come from this run and from the cache that built it; what is restored goes into a folder of its own.
    private static void WriteProject(string place, string cache)
    {
        Directory.CreateDirectory(Path.Combine(place, "app"));
        File.WriteAllText(Path.Combine(place, "app", "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestorePackagesPath>{place}/restored</RestorePackagesPath>
                <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
                <RestoreAdditionalProjectSources>{place}/packages</RestoreAdditionalProjectSources>
                <NoWarn>$(NoWarn);NU1603;NU1701</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="DxmiMlNet" Version="0.1.0" />
                <!-- backend -->
              </ItemGroup>
            </Project>
            """);
    }

    private static void WriteProgram(string place, string sample)
        => File.WriteAllText(Path.Combine(place, "app", "Program.cs"), $"using DxmiMlNet;\nusing DxmiMlNet.Images;\nusing Microsoft.ML;\n\n{sample}");

    private static int Check(string what, bool holds, string text)
    {
        string line = text.Split('\n').FirstOrDefault(l => l.Contains("Training needs libtorch", StringComparison.Ordinal) || s_prints.Any(p => l.Contains(p, StringComparison.Ordinal))) ?? "";
        Console.WriteLine($"{(holds ? "As it should" : "WRONG")}, {what}. {(holds ? line.Trim() : text)}");
        return holds ? 0 : 1;
    }

    private static void Require((int ExitCode, string Text) run)
    {
        if (run.ExitCode != 0)
            throw new InvalidOperationException(run.Text);
    }

    private static (int ExitCode, string Text) Dotnet(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static string Metadata(string key) => typeof(PackageRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
