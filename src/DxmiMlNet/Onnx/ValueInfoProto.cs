namespace DxmiMlNet.Onnx;

internal sealed partial class ValueInfoProto
{
    /// <param name="name">Its name.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="dims">Its dimensions, below 0 where free.</param>
    public ValueInfoProto(string name, OnnxType type, ReadOnlySpan<long> dims)
        : this()
    {
        var shape = new TensorShapeProto();
        for (int i = 0; i < dims.Length; i++)
            shape.Dim.Add(dims[i] < 0 ? new TensorShapeProto.Types.Dimension { DimParam = $"{name}_{i}" } : new() { DimValue = dims[i] });
        Name = name;
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } };
    }

    /// <summary>The element type; 0 where it is no tensor or not said.</summary>
    public OnnxType ElementType => (OnnxType)(Type?.TensorType?.ElemType ?? 0);

    /// <summary>The dimensions, -1 where free; null where not said.</summary>
    public long[]? Dimensions => Type?.TensorType?.Shape?.Dim.Select(d => d.HasDimValue ? d.DimValue : -1).ToArray();

    /// <summary>The shape as people write it: "[N, 3, 224, 224]" with "?" for a free dimension.</summary>
    public string ShapeText => Dimensions is { } shape ? $"[{string.Join(", ", shape.Select(d => d < 0 ? "?" : d.ToString()))}]" : "of any shape";
}
