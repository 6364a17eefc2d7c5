using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Onnx;
using Google.Protobuf;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Support;

/// <summary>
/// A backbone small enough to compute by hand: image -> "stem" (4 x 4 convolution, stride 4, 4 channels) -> "inner" (its positive part, no output of
/// the model) -> "deep" (2 x 2 convolution, stride 8, 5 channels), and beside them "aside", which no tap needs.
/// </summary>
internal static class TinyBackbone
{
    public const int StemChannels = 4, DeepChannels = 5;

    public static readonly float[] StemWeights = Weights(1, StemChannels * 3 * 4 * 4);        // [4, 3, 4, 4]
    public static readonly float[] DeepWeights = Weights(2, DeepChannels * StemChannels * 2 * 2);   // [5, 4, 2, 2]

    public static BackboneDescription Description => new()
    {
        Name = "tiny",
        Model = "tiny.onnx",
        Input = new BackboneInput { Name = "image", ChannelOrder = ChannelOrder.Rgb, Scale = 1 / 255.0, Mean = [0.5, 0.4, 0.3], Std = [0.2, 0.3, 0.4] },
        Taps = [new BackboneTap { Tensor = "inner", Stride = 4 }, new BackboneTap { Tensor = "deep", Stride = 8 }],
        Licence = "MIT",
        DefaultImageSize = 32,
    };

    /// <summary>The model's bytes.</summary>
    public static byte[] Model(Action<OnnxGraph>? more = null, params long[] inputShape)
    {
        var graph = new OnnxGraph("tiny");
        graph.Input("image", OnnxType.Float, inputShape.Length > 0 ? inputShape : [-1, 3, -1, -1]);
        graph.Node("Conv", ["image", graph.Constant("stem_weights", StemWeights, StemChannels, 3, 4, 4)], "stem", ("strides", [4, 4]), ("kernel_shape", [4, 4]));
        graph.Node("Relu", ["stem"], "inner");
        graph.Node("Conv", ["inner", graph.Constant("deep_weights", DeepWeights, DeepChannels, StemChannels, 2, 2)], "deep",
            ("strides", [2, 2]), ("kernel_shape", [2, 2]));
        graph.Node("Mul", ["stem", graph.Constant("aside_weights", new float[] { 3 }, 1)], "aside");
        graph.Output("deep", OnnxType.Float, -1, DeepChannels, -1, -1);
        graph.Output("aside", OnnxType.Float, -1, StemChannels, -1, -1);
        more?.Invoke(graph);
        return graph.ToModel();
    }

    /// <summary>Writes model and JSON into a folder and returns the JSON's path.</summary>
    public static string Write(string folder, BackboneDescription? description = null, byte[]? model = null)
    {
        File.WriteAllBytes(Path.Combine(folder, "tiny.onnx"), model ?? Model());
        var path = Path.Combine(folder, "tiny.json");
        File.WriteAllBytes(path, (description ?? Description).ToJson());
        return path;
    }

    /// <summary>The same model declared as another opset.</summary>
    public static byte[] WithOpset(byte[] model, int opset)
    {
        var changed = ModelProto.Parser.ParseFrom(model);
        changed.OpsetImport.Clear();
        changed.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        return changed.ToByteArray();
    }

    /// <summary>An image of seeded noise; <paramref name="seed"/> makes it another one.</summary>
    public static MLImage Noise(int seed, int width, int height, MLPixelFormat format = MLPixelFormat.Bgra32)
    {
        var pixels = new byte[4 * width * height];
        new Random(seed).NextBytes(pixels);
        return MLImage.CreateFromPixels(width, height, format, pixels);
    }

    private static float[] Weights(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
