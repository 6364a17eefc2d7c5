namespace DxmiMlNet.Onnx;

internal sealed partial class GraphProto
{
    /// <summary>Gives every tensor and node a name that begins with a prefix, those of graphs inside included.</summary>
    /// <param name="prefix">What names are to begin with.</param>
    /// <param name="others">New names of tensors that are to have others: what stands for this graph's inputs.</param>
    public void Rename(string prefix, IReadOnlyDictionary<string, string> others)
    {
        foreach (var node in Node)
        {
            node.Name = prefix + node.Name;
            for (int i = 0; i < node.Input.Count; i++)
                node.Input[i] = New(node.Input[i]);
            for (int i = 0; i < node.Output.Count; i++)
                node.Output[i] = New(node.Output[i]);
            foreach (var inner in node.Graphs)
                inner.Rename(prefix, others);
        }
        foreach (var weight in Initializer)
            weight.Name = New(weight.Name);
        foreach (var value in Input.Concat(Output).Concat(ValueInfo))
            value.Name = New(value.Name);

        string New(string name) => name.Length == 0 ? name : others.GetValueOrDefault(name) ?? prefix + name;
    }
}
