using DxmiMlNet.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DxmiMlNet.Features.Backbones;

/// <summary>A tensor [N, C, H / stride, W / stride] of a model, from which features could be taken.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Op">The operator that makes it: "Relu".</param>
/// <param name="Channels">Its channels C.</param>
/// <param name="Stride">Image pixels a step of its grid.</param>
/// <param name="IsOutput">Whether the model declares it as an output.</param>
public sealed record TapCandidate(string Tensor, string Op, int Channels, int Stride, bool IsOutput)
{
    /// <summary>Side of the image where the model leaves it free, in pixels.</summary>
    private const int FreeSide = 256;

    /// <summary>
    /// Runs a model once on zeros, with all its tensors as outputs, and returns those that can be tapped, in order of execution: of Single, four
    /// dimensions, a grid of more than one patch, and a stride that is a whole number.
    /// </summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="what">What the model is, for error texts: "The model resnet18.onnx".</param>
    /// <param name="input">Name of its image input; null for a model with one input only.</param>
    /// <returns>The image's height and width, 256 where the model leaves them free, and the tensors.</returns>
    /// <exception cref="DxmiException">The bytes are no model, it takes no image, or it does not run.</exception>
    internal static (int Height, int Width, IReadOnlyList<TapCandidate> Candidates) Of(byte[] model, string what, string? input = null)
    {
        var file = new OnnxFile(model, what);
        input ??= file.Inputs.Count == 1 ? file.Inputs[0].Name : throw new DxmiException(
            $"{what} has {file.Inputs.Count} inputs: {string.Join(", ", file.Inputs.Select(i => i.Name))}.", "A model with one image input was expected.",
            "Export it again with the other inputs as constants.");
        TappedModel.RequireInput(file, what, input);
        var declared = file.Inputs.First(i => i.Name == input).Dimensions ?? [-1, 3, -1, -1];
        long[] image = [Fixed(declared[0], 1), 3, Fixed(declared[2], FreeSide), Fixed(declared[3], FreeSide)];

        var names = FromImage(file, input);
        using var session = new OnnxSession(ExtraOutputs.Add(model, names.Keys.Except(file.Outputs.Select(o => o.Name))), what);
        using var zeros = OrtValue.CreateTensorValueFromMemory(new float[image.Aggregate((a, b) => a * b)], image);
        using var options = new RunOptions();
        try
        {
            using var values = session.Session.Run(options, [input], [zeros], names.Keys);
            var outputs = file.Outputs.Select(o => o.Name).ToHashSet();
            var candidates = names.Zip(values, (name, value) => Candidate(name.Key, name.Value, value, image, outputs.Contains(name.Key)));
            return ((int)image[2], (int)image[3], [.. candidates.OfType<TapCandidate>()]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DxmiException($"{what} does not run on an image of {image[2]} x {image[3]} pixels: {e.Message}",
                "A convolutional network that takes an image of this size was expected.", "Export it again with free dimensions.", e);
        }
    }

    private static long Fixed(long declared, long free) => declared > 0 ? declared : free;

    /// <summary>The tensors that depend on the image, and their operators; weights that nodes unpack are none of them.</summary>
    private static OrderedDictionary<string, string> FromImage(OnnxFile file, string input)
    {
        var reached = new OrderedDictionary<string, string>();
        foreach (var node in file.Nodes)
            if (node.References.Any(r => r == input || reached.ContainsKey(r)))
                foreach (var output in node.Output.Where(o => o.Length > 0))
                    reached[output] = node.OpType;
        return reached;
    }

    private static TapCandidate? Candidate(string name, string op, OrtValue value, long[] image, bool isOutput)
    {
        if (!value.IsTensor)
            return null;
        var info = value.GetTensorTypeAndShape();
        var shape = info.Shape;
        if (info.ElementDataType != TensorElementType.Float || shape.Length != 4 || shape[0] != image[0] || shape.Contains(0) || shape[2] * shape[3] == 1)
            return null;
        long stride = image[2] / shape[2];
        return shape[2] * stride == image[2] && shape[3] * stride == image[3] ? new TapCandidate(name, op, (int)shape[1], (int)stride, isOutput) : null;
    }
}
