using System.CommandLine.Parsing;
using System.Reflection;
using System.Text.RegularExpressions;

namespace DxmiMlNet.Cli.Tests.Documentation;

/// <summary>Every command in a README that starts with dxmi or dotnet: its options exist, and something runs it, or it is said why not.</summary>
[TestClass]
public partial class ReadmeCommandTests
{
    private const string Command = "dotnet run -c Release --project src/DxmiMlNet.Cli -- ";

    // What runs a command that begins so; the first that fits. A type is a test class; a text names a program, or the reason why nothing runs it.
    private static readonly (string Start, object Runner)[] s_runners =
    [
        ("dxmi train", typeof(TrainCommandTests)),
        ("dxmi inspect", typeof(InspectCommandTests)),
        ("dxmi evaluate", typeof(EvaluateCommandTests)),
        ("dxmi calibrate", typeof(ModelCommandTests)),
        ("dxmi model", typeof(ModelCommandTests)),
        ("dxmi export", typeof(ExportCommandTests)),
        ("dxmi bench ", typeof(BenchCommandTests)),
        ("dxmi benchmark", typeof(BenchmarkCommandTests)),
        ("dxmi demo", typeof(DemoCommandTests)),
        ("dxmi synthesize", typeof(DemoCommandTests)),
        ("dxmi experiment densities", typeof(DensitiesCommandTests)),
        ("dxmi experiment images", typeof(ImagesCommandTests)),
        ("dxmi backbone distill", typeof(BackboneDistillTests)),
        ("dxmi backbone", typeof(BackboneCommandTests)),
        ("dxmi serve", typeof(ServeCommandTests)),
        ("dxmi audit", typeof(ServeCommandTests)),
        ("dxmi --help", typeof(BadInputTests)),
        ("dotnet test", ".ci/run"),
        ("dotnet pack", "tests/DxmiMlNet.Fuzz: package"),
        ("dotnet new", "tests/DxmiMlNet.Fuzz: package"),
        ("dotnet tool install --tool-path", "tests/DxmiMlNet.Fuzz: package"),
        ("dotnet tool install --global", "not run: it changes the machine, and needs the published package"),
        ("dotnet nuget add source", "not run: it changes the machine; notebooks/jupyter.sh does it for itself"),
        ("dotnet tool restore", "not run: it needs the network"),
        ("dotnet docfx", "not run: minutes"),
        ("dotnet add package", "tests/DxmiMlNet.Fuzz: package"),
        ("dotnet build", ".ci/run"),
        ("dotnet run notebooks/", "tests/DxmiMlNet.Notebooks.Tests"),
        ("dotnet run -c Release --project src/DxmiMlNet.Notebooks", "tests/DxmiMlNet.Notebooks.Tests"),
        ("dotnet run -c Release --project tests/DxmiMlNet.Fuzz", "not run: a program of minutes"),
        ("dotnet run -c Release --project tests/DxmiMlNet.Line.Crash", "not run: a program of minutes"),
        ("dotnet run -c Release --project tests/DxmiMlNet.Benchmarks", "not run: a program of minutes"),
    ];

    public static IEnumerable<object[]> Commands => Directory.EnumerateFiles(s_repository, "README.md", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}out{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .SelectMany(file => Line().Matches(File.ReadAllText(file).Replace("\\\n", " ", StringComparison.Ordinal)))
        .Select(match => match.Groups["block"].Success ? match.Groups["block"].Value : match.Groups["inline"].Value)
        .Select(command => command.Split(" #", 2)[0].Trim().Replace(Command, "dxmi ", StringComparison.Ordinal))
        .Distinct().Order(StringComparer.Ordinal).Select(command => new object[] { command });

    private static readonly string s_repository = Path.GetFullPath(typeof(ReadmeCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!);

    [TestMethod]
    [DynamicData(nameof(Commands))]
    public void A_command_of_a_README_is_run_by_something_or_it_is_said_why_not(string command)
    {
        var fits = s_runners.Where(runner => (command + " ").StartsWith(runner.Start, StringComparison.Ordinal)).Select(runner => runner.Runner).FirstOrDefault();

        Assert.IsNotNull(fits, $"nothing runs '{command}'");
        if (fits is string program && program.Split(':')[0] is { } path && path != "not run")
            Assert.IsTrue(Path.Exists(Path.Combine(s_repository, path)), program);
    }

    [TestMethod]
    [DynamicData(nameof(Commands))]
    public void The_options_of_a_dxmi_command_exist(string command)
    {
        if (!command.StartsWith("dxmi ", StringComparison.Ordinal))
            return;
        string[] words = [.. CommandLineParser.SplitCommandLine(command).Skip(1)];

        var parsed = Program.Root(new Streams(TextReader.Null, TextWriter.Null, TextWriter.Null, false, default)).Parse(words);

        // What is required may be left out where a command is only named, and a value may be a placeholder.
        var unknown = parsed.Errors.Where(error => error.Message.StartsWith("Unrecognized", StringComparison.Ordinal));
        Assert.AreEqual("", string.Join(" ", unknown.Select(error => error.Message)));
    }

    [GeneratedRegex(@"^(?<block>(dxmi|dotnet) [^\n]*)$|`(?<inline>(dxmi|dotnet) [^`\n]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Line();
}
