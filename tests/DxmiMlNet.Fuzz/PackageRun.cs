using System.Diagnostics;
using System.Net;
using System.Reflection;

namespace DxmiMlNet.Fuzz;

/// <summary>
/// The newcomer's way: packs everything, and in an empty folder uses nothing but the packages. A console project runs the README's samples word for word, first
/// without and then with a native backend; a file-based app, the templates (one of them an ASP.NET service) and the tool follow. Defect 6.
/// </summary>
internal sealed class PackageRun
{
    private const string Version = "0.1.0", Torch = "0.107.0";

    // What the samples print, in the README's order.
    private static readonly string[] s_prints = [" regions", "image AUROC"];

    private readonly string _repository = Path.GetFullPath(Metadata("Repository")), _place = Directory.CreateTempSubdirectory("dxmi-package-").FullName;
    private readonly string _packages;
    private int _faults;

    private PackageRun() => _packages = Path.Combine(_place, "packages");

    public static int Run()
    {
        var run = new PackageRun();
        try
        {
            run.All();
            Console.WriteLine($"{run._faults} faults");
            return run._faults > 0 ? 1 : 0;
        }
        finally
        {
            Directory.Delete(run._place, recursive: true);
        }
    }

    private void All()
    {
        Require(Dotnet(_repository, "pack", "-c", "Release", "--output", _packages));
        Console.WriteLine($"Packed: {string.Join(", ", Directory.GetFiles(_packages, "*.nupkg").Select(Path.GetFileName).Order(StringComparer.Ordinal))}");
        // Packages come from this run and from the cache that built it; what is restored goes into a folder of its own.
        File.WriteAllText(Path.Combine(_place, "Directory.Build.props"), $"""
            <Project>
              <PropertyGroup>
                <RestorePackagesPath>{_place}/restored</RestorePackagesPath>
                <RestoreFallbackFolders>{Metadata("Packages")}</RestoreFallbackFolders>
                <RestoreAdditionalProjectSources>{_packages}</RestoreAdditionalProjectSources>
                <PublishAot>false</PublishAot>
              </PropertyGroup>
            </Project>
            """);
        string[] samples = [.. File.ReadAllText(Path.Combine(_repository, "README.md")).Split("```csharp\n").Skip(1).Select(block => block.Split("```")[0])];
        ConsoleProject(samples);
        FileBasedApp(samples[0]);
        string model = InspectionTemplate();
        LineTemplate(model);
        Tool(model);
    }

    private void ConsoleProject(string[] samples)
    {
        string folder = Folder("console"), project = Path.Combine(folder, "console.csproj");
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="DxmiMlNet" Version="{Version}" />
                <!-- backend -->
              </ItemGroup>
            </Project>
            """);
        WriteProgram(Path.Combine(folder, "Program.cs"), samples[0]);
        var (exitCode, text) = Dotnet(folder, "run", "-c", "Release");
        Check("console project without a backend: an error that names the package to add", exitCode != 0 && text.Contains("dotnet add package TorchSharp-cpu", StringComparison.Ordinal)
            && !text.Contains("LoadNativeBackend", StringComparison.Ordinal), text);
        File.WriteAllText(project, File.ReadAllText(project).Replace("<!-- backend -->", $"<PackageReference Include=\"TorchSharp-cpu\" Version=\"{Torch}\" />", StringComparison.Ordinal));
        for (int i = 0; i < s_prints.Length; i++)
        {
            WriteProgram(Path.Combine(folder, "Program.cs"), samples[i]);
            (exitCode, text) = Dotnet(folder, "run", "-c", "Release");
            Check($"console project with TorchSharp-cpu: sample {i + 1} runs", exitCode == 0 && text.Contains(s_prints[i], StringComparison.Ordinal), text);
        }
    }

    private void FileBasedApp(string sample)
    {
        string folder = Folder("file");
        WriteProgram(Path.Combine(folder, "app.cs"), sample, $"#:package DxmiMlNet@{Version}\n#:package TorchSharp-cpu@{Torch}\n");
        var (exitCode, text) = Dotnet(folder, "run", "app.cs");
        Check("file-based app: sample 1 runs", exitCode == 0 && text.Contains(s_prints[0], StringComparison.Ordinal), text);
    }

    // Leaves the model that the others use.
    private string InspectionTemplate()
    {
        string hive = Path.Combine(_place, "templates"), folder = Folder("inspection");
        Require(Dotnet(_place, "new", "install", Path.Combine(_packages, $"DxmiMlNet.Templates.{Version}.nupkg"), "--debug:custom-hive", hive));
        Require(Dotnet(_place, "new", "dxmi-inspection", "--output", folder, "--debug:custom-hive", hive));
        Require(Dotnet(_place, "new", "dxmi-line", "--output", Folder("line"), "--debug:custom-hive", hive));
        var (exitCode, text) = Dotnet(folder, "run", "-c", "Release", "--", "data/brushed-metal/train/good", "data/brushed-metal/test/scratch");
        Check("template dxmi-inspection: trains and inspects", exitCode == 0 && text.Contains("Reject", StringComparison.Ordinal)
            && Directory.GetFiles(Path.Combine(folder, "results"), "*.png").Length > 0, text);
        return Path.Combine(folder, "model.zip");
    }

    private void LineTemplate(string model)
    {
        string folder = Path.Combine(_place, "line");
        File.Copy(model, Path.Combine(folder, "model.zip"));
        Require(Dotnet(folder, "build", "-c", "Release"));
        using var service = Start(folder, "run", "-c", "Release", "--no-build", "--", "--Http:Url=http://127.0.0.1:8527");
        var (isReady, verdict) = Ask("http://127.0.0.1:8527", Path.Combine(_repository, "data", "brushed-metal", "test", "scratch", "000.jpg"));
        service.Kill(entireProcessTree: true);
        service.WaitForExit();
        Check("template dxmi-line: the service is ready and decides a part", isReady && verdict.Contains("\"verdict\":", StringComparison.Ordinal), verdict);
    }

    private static (bool IsReady, string Verdict) Ask(string url, string image)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(20) };
        for (int attempt = 0; attempt < 120; attempt++, Thread.Sleep(500))
            try
            {
                if (http.GetAsync("/health/ready").Result.StatusCode == HttpStatusCode.OK)
                {
                    using var body = new ByteArrayContent(File.ReadAllBytes(image));
                    return (true, http.PostAsync("/v1/parts?partId=1&station=cell-1", body).Result.Content.ReadAsStringAsync().Result);
                }
            }
            catch (AggregateException exception) when (exception.InnerException is HttpRequestException)
            {
                // Not listening yet.
            }
        return (false, "The service was not ready within a minute.");
    }

    private void Tool(string model)
    {
        string folder = Path.Combine(_place, "tool");
        Require(Dotnet(_place, "tool", "install", "dxmi", "--tool-path", folder, "--add-source", _packages, "--version", Version));
        var (exitCode, text) = Execute(Path.Combine(folder, "dxmi"), _place, "model", "info", model);
        Check("tool: dxmi model info", exitCode == 0 && text.Contains("SHA-256", StringComparison.Ordinal), text);
    }

    private string Folder(string name)
    {
        string folder = Path.Combine(_place, name);
        Directory.CreateDirectory(folder);
        if (name != "line")
            Directory.CreateSymbolicLink(Path.Combine(folder, "data"), Path.Combine(_repository, "data"));
        return folder;
    }

    private static void WriteProgram(string path, string sample, string directives = "")
        => File.WriteAllText(path, $"{directives}using DxmiMlNet;\nusing DxmiMlNet.Images;\nusing Microsoft.ML;\n\n{sample}");

    private void Check(string what, bool holds, string text)
    {
        string line = text.Split('\n').FirstOrDefault(l => l.Contains("Training needs libtorch", StringComparison.Ordinal) || s_prints.Any(p => l.Contains(p, StringComparison.Ordinal))) ?? "";
        Console.WriteLine($"{(holds ? "As it should" : "WRONG")}, {what}. {(holds ? line.Trim() : text)}");
        _faults += holds ? 0 : 1;
    }

    private static void Require((int ExitCode, string Text) run)
    {
        if (run.ExitCode != 0)
            throw new InvalidOperationException(run.Text);
    }

    private static (int ExitCode, string Text) Dotnet(string folder, params string[] arguments) => Execute("dotnet", folder, arguments);

    private static (int ExitCode, string Text) Execute(string program, string folder, params string[] arguments)
    {
        using var process = Start(program, folder, arguments);
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static Process Start(string folder, params string[] arguments) => Start("dotnet", folder, arguments);

    private static Process Start(string program, string folder, string[] arguments)
        => Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;

    private static string Metadata(string key) => typeof(PackageRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
