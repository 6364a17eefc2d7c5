using DxmiMlNet.Files;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Features.Backbones;

/// <summary>Cuts a backbone back to what some of its tensors need.</summary>
internal static class BackboneCut
{
    /// <summary>
    /// The same model with only those nodes that the tensors depend on, and the weights that these use; without inputs and outputs. All else that the file
    /// holds stays, also what this library does not know.
    /// </summary>
    /// <param name="file">The backbone, which is not changed.</param>
    /// <param name="what">What the model is, for error texts: "The backbone resnet18".</param>
    /// <param name="input">Name of its image input.</param>
    /// <param name="tensors">Tensors that its nodes make.</param>
    /// <exception cref="DxmiException">There is no such tensor, it needs another input, or weights that are in another file.</exception>
    public static ModelProto To(OnnxFile file, string what, string input, IEnumerable<string> tensors)
    {
        var nodes = Ancestors(file, what, tensors);
        var used = nodes.SelectMany(n => n.References).ToHashSet();
        if (file.Inputs.FirstOrDefault(i => i.Name != input && used.Contains(i.Name)) is { } other)
            throw new DxmiException($"{what} needs a second input '{other.Name}'.", "A backbone with one image input was expected.",
                "Export it again with the other inputs as constants.");
        var weights = file.Model.Graph.Initializer.Where(i => used.Contains(i.Name)).ToArray();
        if (Array.Find(weights, w => w.DataLocation == TensorProto.Types.DataLocation.External) is { } far)
            throw new DxmiException($"{what} keeps its weights in a second file (tensor '{far.Name}').", "One ONNX file with the weights inside was expected.",
                "Save it as one file: onnx.save(onnx.load(path), path, save_as_external_data=False).");

        var cut = file.Model.Clone();   // the values of weights are shared, not copied
        cut.IrVersion = Math.Max(cut.IrVersion, 4);   // from 4 on, weights need not be inputs
        cut.Graph.Node.Clear();
        cut.Graph.Node.Add(nodes);
        cut.Graph.Initializer.Clear();
        cut.Graph.Initializer.Add(weights);
        cut.Graph.Input.Clear();
        cut.Graph.Output.Clear();
        cut.Graph.ValueInfo.Clear();   // shapes of inner tensors: they may belong to another image size
        return cut;
    }

    /// <summary>The nodes that some tensors depend on, in order of execution.</summary>
    private static NodeProto[] Ancestors(OnnxFile file, string what, IEnumerable<string> tensors)
    {
        var producers = new Dictionary<string, NodeProto>();
        foreach (var node in file.Nodes)
            foreach (var output in node.Output)
                producers[output] = node;
        var needed = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var open = new Stack<NodeProto>();
        foreach (var tensor in tensors)
            open.Push(tensor.Length > 0 && producers.TryGetValue(tensor, out var node) ? node : throw UnknownTensor(file, what, tensor));
        while (open.TryPop(out var node))
        {
            if (!needed.Add(node))
                continue;
            foreach (var reference in node.References)
                if (producers.TryGetValue(reference, out var producer))
                    open.Push(producer);
        }
        return [.. file.Nodes.Where(needed.Contains)];
    }

    private static DxmiException UnknownTensor(OnnxFile file, string what, string tensor)
    {
        var close = file.Tensors.OrderBy(t => EditDistance(t, tensor)).Take(5);
        return new DxmiException($"{what} has no tensor '{Excerpt.Of(tensor)}'.",
            $"The closest names are {string.Join(", ", close)}; the model's outputs are {string.Join(", ", file.Outputs.Select(o => o.Name))}.",
            "Correct the tap's tensor name.");
    }

    // Levenshtein, one row at a time; a tensor's name is short.
    private static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitute = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
