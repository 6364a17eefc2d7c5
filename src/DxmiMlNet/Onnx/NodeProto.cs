namespace DxmiMlNet.Onnx;

internal sealed partial class NodeProto
{
    /// <summary>
    /// Every tensor that the node depends on: its inputs, and what the graphs inside an If, Loop or Scan read from outside. Names that an inner graph
    /// makes itself are among them: nobody else makes those.
    /// </summary>
    public IEnumerable<string> References => Graphs.SelectMany(Read).Concat(Input).Where(name => name.Length > 0);

    /// <summary>The graphs inside an If, Loop or Scan.</summary>
    public IEnumerable<GraphProto> Graphs => Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Append(attribute.G));

    // An inner output may be a tensor of the outer graph.
    private static IEnumerable<string> Read(GraphProto graph) => graph.Node.SelectMany(n => n.References).Concat(graph.Output.Select(o => o.Name));
}
