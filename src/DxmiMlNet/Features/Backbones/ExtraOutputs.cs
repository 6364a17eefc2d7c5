using DxmiMlNet.Onnx;
using Google.Protobuf;

namespace DxmiMlNet.Features.Backbones;

/// <summary>Declares inner tensors of a model as outputs.</summary>
internal static class ExtraOutputs
{
    /// <summary>
    /// The model with more outputs. Protobuf readers merge a message that stands twice: a second graph of nothing but outputs adds them to the first,
    /// and a large model need not be read for it. ONNX Runtime finds their types itself.
    /// </summary>
    /// <param name="model">The bytes of an ONNX file.</param>
    /// <param name="tensors">Tensors of it that are no outputs yet.</param>
    public static byte[] Add(byte[] model, IEnumerable<string> tensors)
    {
        var more = new ModelProto { Graph = new GraphProto { Output = { tensors.Select(t => new ValueInfoProto { Name = t }) } } };
        return [.. model, .. more.ToByteArray()];
    }
}
