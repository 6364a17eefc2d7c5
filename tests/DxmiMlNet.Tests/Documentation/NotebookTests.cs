using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace DxmiMlNet.Tests.Documentation;

[TestClass]
public class NotebookTests
{
    /// <summary>What a .NET Interactive kernel adds to C#.</summary>
    public interface IKernel
    {
#pragma warning disable IDE1006 // the kernel's own names
        object HTML(string content);
        object display(object value);
#pragma warning restore IDE1006
    }

    [TestMethod]
    public void The_cells_of_the_notebook_compile_one_after_the_other()
    {
        var options = ScriptOptions.Default
            .AddReferences(AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic && a.Location.Length > 0))
            .AddReferences(typeof(InspectionModel).Assembly)
            .AddImports("System", "System.Linq", "System.Collections.Generic");
        Script<object> script = CSharpScript.Create("", options, typeof(IKernel));
        foreach (string cell in Cells().Where(c => !c.StartsWith("#r", StringComparison.Ordinal)))
            script = script.ContinueWith(cell);
        var errors = script.Compile().Where(d => d.Severity == DiagnosticSeverity.Error).ToArray();
        Assert.IsEmpty(errors, string.Join('\n', errors.Select(e => e.ToString())));
    }

    private static IEnumerable<string> Cells()
    {
        using var notebook = JsonDocument.Parse(File.ReadAllText(Path.Combine(ReadmeTests.Repository, "notebooks", "first-look.ipynb")));
        return [.. notebook.RootElement.GetProperty("cells").EnumerateArray()
            .Where(c => c.GetProperty("cell_type").GetString() == "code")
            .Select(c => string.Concat(c.GetProperty("source").EnumerateArray().Select(l => l.GetString())))];
    }
}
