using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Export;

/// <summary>An exported model in ONNX Runtime, as whoever gets the file runs it.</summary>
internal sealed class ExportedFile : IDisposable
{
    private readonly OnnxSession _session;
    private readonly RunOptions _run = new();
    private readonly bool _takesCategory;

    /// <param name="model">The bytes of the file.</param>
    /// <param name="takesCategory">Whether it asks for the kind of part; the first is then taken.</param>
    public ExportedFile(byte[] model, bool takesCategory)
    {
        _session = new OnnxSession(model, "The exported model");
        _takesCategory = takesCategory;
    }

    /// <summary>Score and map of an image.</summary>
    public (float Score, float[] Map) Score(PixelBuffer pixels)
    {
        float score = 0;
        float[] map = [];
        Run(pixels, [JointGraph.Score, JointGraph.Map],
            outputs => (score, map) = (outputs[0].GetTensorDataAsSpan<float>()[0], outputs[1].GetTensorDataAsSpan<float>().ToArray()));
        return (score, map);
    }

    /// <summary>Runs an image and shows some tensors, which are gone afterwards.</summary>
    public void Run(PixelBuffer pixels, IReadOnlyCollection<string> tensors, Action<IReadOnlyList<OrtValue>> show)
    {
        var rgb = new byte[3 * pixels.Width * pixels.Height];
        for (int i = 0; i < pixels.Width * pixels.Height; i++)
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = (pixels.Bytes[4 * i + 2], pixels.Bytes[4 * i + 1], pixels.Bytes[4 * i]);
        using var image = OrtValue.CreateTensorValueFromMemory(rgb, [1, pixels.Height, pixels.Width, 3]);
        using var category = OrtValue.CreateTensorValueFromMemory(new long[1], [1]);
        Dictionary<string, OrtValue> inputs = new() { [OnnxExport.Image] = image };
        if (_takesCategory)
            inputs[DecisionGraph.Category] = category;
        using var outputs = _session.Session.Run(_run, inputs, tensors);
        show([.. outputs]);
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
