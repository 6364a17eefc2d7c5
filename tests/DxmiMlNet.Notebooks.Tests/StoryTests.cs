using System.Diagnostics;
using System.Reflection;
using DxmiMlNet.Interactive.Stories;
using Microsoft.DotNet.Interactive.Documents;
using Microsoft.DotNet.Interactive.Documents.Jupyter;

namespace DxmiMlNet.Notebooks.Tests;

/// <summary>Every story runs as a file-based app and in the kernel, and its notebook is made of it.</summary>
[TestClass]
public class StoryTests
{
    internal static readonly string Repository = Path.GetFullPath(Metadata("Repository"));

    private static readonly string s_notebooks = Path.Combine(Repository, "notebooks");

    public static IEnumerable<object[]> Stories => Directory.GetFiles(s_notebooks, "*.cs").Select(file => new object[] { Path.GetFileNameWithoutExtension(file) });

    [TestMethod]
    [DynamicData(nameof(Stories))]
    public async Task A_committed_notebook_has_the_cells_of_its_story(string name)
    {
        var notebook = await Read(Path.Combine(s_notebooks, name + ".ipynb"));

        CollectionAssert.AreEqual(Cells(name), notebook.Elements.Skip(1).Select(Source).ToArray(), $"run: dotnet run -c Release --project src/DxmiMlNet.Notebooks -- build {name}");
        AssertShows(notebook);
    }

    [TestMethod]
    [DynamicData(nameof(Stories))]
    public async Task A_story_runs_in_the_kernel(string name)
    {
        string folder = Directory.CreateTempSubdirectory("dxmi-notebook-").FullName;

        Run(Repository, folder, Output("src/DxmiMlNet.Notebooks", "DxmiMlNet.Notebooks.dll"), "build", "--output", folder, name);

        AssertShows(await Read(Path.Combine(folder, name + ".ipynb")));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [DynamicData(nameof(Stories))]
    public void A_story_runs_as_a_file_based_app_and_writes_a_page(string name)
    {
        string folder = Directory.CreateTempSubdirectory("dxmi-story-").FullName;

        Run(Repository, folder, "run", "-c", Metadata("Configuration"), Path.Combine("notebooks", name + ".cs"));

        string page = File.ReadAllText(Path.Combine(folder, name, "index.html"));
        int shown = page.Split("<div class=\"shown\">").Length - 1, showing = File.ReadAllText(Path.Combine(s_notebooks, name + ".cs")).Split(".Display()").Length - 1;
        Assert.IsGreaterThanOrEqualTo(showing, shown);
        StringAssert.Contains(page, "<h1");
        Directory.Delete(folder, recursive: true);
    }

    private static string[] Cells(string name) => [.. StorySource.Cells(File.ReadAllText(Path.Combine(s_notebooks, name + ".cs"))).Select(cell => cell.Content)];

    private static string Source(InteractiveDocumentElement element) => element.Contents.ReplaceLineEndings("\n");

    // Something in every notebook, and nothing empty.
    private static void AssertShows(InteractiveDocument notebook)
    {
        var shown = notebook.Elements.SelectMany(element => element.Outputs).ToArray();
        Assert.IsNotEmpty(shown);
        foreach (var output in shown)
        {
            Assert.IsNotInstanceOfType<ErrorElement>(output);
            if (output is DisplayElement { Data: { } data })
                Assert.IsTrue(data.Values.All(value => value?.ToString()?.Length > 0), "an empty output");
        }
    }

    private static async Task<InteractiveDocument> Read(string path)
    {
        await using var stream = File.OpenRead(path);
        return Notebook.Read(stream, [new KernelInfo("csharp", "C#", ["c#"])]);
    }

    private static void Run(string folder, string pages, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["DXMI_STORY_OUTPUT"] = pages;
        start.Environment["DXMI"] = "dotnet " + Output("src/DxmiMlNet.Cli", "dxmi.dll");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{output}\n{error.Result}");
    }

    private static string Output(string project, string file) => Path.Combine(Repository, project, "bin", Metadata("Configuration"), "net10.0", file);

    private static string Metadata(string key) => typeof(StoryTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
