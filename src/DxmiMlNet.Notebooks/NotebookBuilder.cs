using System.Text.RegularExpressions;
using DxmiMlNet.Interactive.Stories;
using Microsoft.DotNet.Interactive.Documents;
using Microsoft.DotNet.Interactive.Documents.Jupyter;

namespace DxmiMlNet.Notebooks;

/// <summary>Makes a notebook of a story: the same cells, and what they showed in the kernel.</summary>
internal static partial class NotebookBuilder
{
    /// <summary>Runs a story in the kernel and writes the notebook.</summary>
    /// <returns>Why a cell failed; null where all ran. A notebook is written only then.</returns>
    public static async Task<string?> BuildAsync(string story, string notebook)
    {
        string source = await File.ReadAllTextAsync(story);
        var document = new InteractiveDocument { new InteractiveDocumentElement(Setup(source), "csharp", []) };
        using var kernel = await StoryKernel.StartAsync();
        int order = 1;
        foreach (var cell in StorySource.Cells(source))
        {
            if (cell.IsText)
            {
                document.Add(new InteractiveDocumentElement(cell.Content, "markdown", []));
                continue;
            }
            var (outputs, error) = await kernel.RunAsync(cell.Content);
            if (error is not null)
                return error;
            document.Add(new InteractiveDocumentElement(cell.Content, "csharp", outputs) { ExecutionOrder = ++order });
        }
        int id = 0;
        foreach (var element in document.Elements)
            element.Id = $"cell-{id++}";   // the same notebook from the same story
        await File.WriteAllTextAsync(notebook, WithoutPlace(document.ToJupyterJson("csharp")).ReplaceLineEndings("\n") + "\n");
        return null;
    }

    /// <summary>The first cell of a notebook: the packages that the story's directives name.</summary>
    public static string Setup(string source)
    {
        var projects = Project().Matches(source).Select(match => match.Groups["name"].Value);
        var packages = Package().Matches(source).Select(match => match.Groups["name"].Value);
        return string.Join('\n', projects.Concat(packages).Select(name => $"#r \"nuget: {name}\""));
    }

    // Where the repository lies is nobody's business.
    private static string WithoutPlace(string json)
        => json.Replace(Path.GetDirectoryName(Directory.GetCurrentDirectory())! + Path.DirectorySeparatorChar, "../", StringComparison.Ordinal);

    [GeneratedRegex("^#:project .*/(?<name>[^/]+)\\.csproj\\s*$", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Project();

    [GeneratedRegex("^#:package (?<name>[^@\\s]+)", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Package();
}
