using System.Globalization;
using DxmiMlNet.Interactive;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Documents;
using Microsoft.DotNet.Interactive.Events;

namespace DxmiMlNet.Notebooks;

/// <summary>The C# kernel that notebooks run in, with the assemblies that a notebook gets as packages.</summary>
internal sealed class StoryKernel : IDisposable
{
    private static readonly string[] s_assemblies = ["DxmiMlNet*.dll", "Microsoft.ML*.dll", "Microsoft.Data.Analysis.dll", "TorchSharp.dll", "System.Numerics.Tensors.dll"];

    private readonly CompositeKernel _kernel = [];

    private StoryKernel()
    {
        _kernel.Add(new CSharpKernel().UseKernelHelpers());
        InspectionFormatters.Register();   // what extension.dib of the package does
    }

    /// <summary>A kernel that is ready for the first cell of a story.</summary>
    public static async Task<StoryKernel> StartAsync()
    {
        var kernel = new StoryKernel();
        var assemblies = s_assemblies.SelectMany(pattern => Directory.GetFiles(AppContext.BaseDirectory, pattern));
        var (_, error) = await kernel.RunAsync(string.Join('\n', assemblies.Select(dll => $"#r \"{dll}\"")));
        return error is null ? kernel : throw new InvalidOperationException(error);
    }

    /// <summary>Runs a cell.</summary>
    /// <returns>What it showed, in order and as it was last; and why it failed, or null.</returns>
    public async Task<(IReadOnlyList<InteractiveDocumentOutputElement> Outputs, string? Error)> RunAsync(string code)
    {
        var result = await _kernel.SendAsync(new SubmitCode(code, "csharp"));
        var outputs = new List<InteractiveDocumentOutputElement>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        string? error = null;
        foreach (var shown in result.Events)
            switch (shown)
            {
                case DisplayedValueUpdated updated when outputs.Count > 0:
                    // The last release of the kernel gives updates an identity of their own: such a one is of what was shown last.
                    if (!places.TryGetValue(updated.ValueId, out int place))
                        places[updated.ValueId] = place = outputs.Count - 1;
                    outputs[place] = Element(updated);
                    break;
                case DisplayedValueProduced or ReturnValueProduced:
                    var produced = (DisplayEvent)shown;
                    if (produced.ValueId is { } id)
                        places[id] = outputs.Count;
                    outputs.Add(Element(produced));
                    break;
                case StandardOutputValueProduced written:
                    outputs.Add(new TextElement(written.FormattedValues.First().Value, "stdout"));
                    break;
                case CommandFailed failed:
                    error = string.Create(CultureInfo.InvariantCulture, $"{failed.Message}\n{failed.Exception}\nin\n{code}");
                    break;
            }
        return (outputs, error);
    }

    /// <inheritdoc/>
    public void Dispose() => _kernel.Dispose();

    private static DisplayElement Element(DisplayEvent shown)
        => new(shown.FormattedValues.ToDictionary(value => value.MimeType, value => (object)value.Value, StringComparer.Ordinal));
}
