using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Tests.Support;

/// <summary>What an exported file gives in plain ONNX Runtime.</summary>
internal sealed record ExportedRun(float[] Score, float[] Map, float[]? PValue, long[]? Verdict)
{
    /// <param name="session">The file.</param>
    /// <param name="rgb">[N, height, width, 3].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="thresholds">Thresholds other than those in the file.</param>
    public static ExportedRun Of(InferenceSession session, byte[] rgb, int height, int width, params (string Name, float Value)[] thresholds)
        => Of(session, rgb, height, width, null, thresholds);

    public static ExportedRun Of(InferenceSession session, byte[] rgb, int height, int width, long[]? category, params (string Name, float Value)[] thresholds)
    {
        using var image = OrtValue.CreateTensorValueFromMemory(rgb, [rgb.Length / (3 * height * width), height, width, 3]);
        Dictionary<string, OrtValue> inputs = new() { ["image"] = image };
        if (category is not null)
            inputs["category"] = OrtValue.CreateTensorValueFromMemory(category, [category.Length]);
        foreach (var (name, value) in thresholds)
            inputs[name] = OrtValue.CreateTensorValueFromMemory(new[] { value }, [1]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, inputs, session.OutputNames);
        var byName = session.OutputNames.Zip(outputs).ToDictionary(o => o.First, o => o.Second);
        return new ExportedRun(Singles("score")!, Singles("anomaly_map")!, Singles("p_value"),
            byName.GetValueOrDefault("verdict")?.GetTensorDataAsSpan<long>().ToArray());

        float[]? Singles(string name) => byName.GetValueOrDefault(name)?.GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>The pixels of an image as red, green and blue.</summary>
    public static (byte[] Pixels, int Height, int Width) Rgb(MLImage image)
    {
        bool redFirst = image.PixelFormat == MLPixelFormat.Rgba32;
        var rgb = new byte[3 * image.Height * image.Width];
        for (int i = 0; i < image.Height * image.Width; i++)
            for (int c = 0; c < 3; c++)
                rgb[3 * i + c] = image.Pixels[4 * i + (redFirst ? c : 2 - c)];
        return (rgb, image.Height, image.Width);
    }
}
