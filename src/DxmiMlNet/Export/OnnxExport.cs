using DxmiMlNet.Files;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Export;

/// <summary>Writes a fitted chain as one ONNX file that takes decoded pixels and gives score, p-value, verdict and map.</summary>
internal static class OnnxExport
{
    /// <summary>Names of the input and of the map; those of score and decisions are in <see cref="JointGraph"/> and <see cref="DecisionGraph"/>.</summary>
    public const string Image = "image";

    private const string Ignored = "ignored";

    /// <summary>Writes a file, after it was found to score as the stages do.</summary>
    /// <param name="path">The file; an existing one is replaced once the new one is known to be right.</param>
    /// <param name="stages">What to export.</param>
    /// <param name="details">What the file tells of itself, and images to try it on.</param>
    /// <param name="options">How to export.</param>
    /// <exception cref="DxmiException">The file cannot be written, or does not score as the stages do: then nothing is left behind.</exception>
    public static OnnxExportReport Write(string path, ExportedStages stages, OnnxExportDetails details, OnnxExportOptions options)
    {
        OnnxExportReport? report = null;
        AtomicFile.Write(path, "The exported model", stream => report = Write(stream, stages, details, options));
        return report!;
    }

    /// <summary>Writes into a stream, after the model was found to score as the stages do; it stays open.</summary>
    /// <exception cref="DxmiException">The model does not score as the stages do: nothing is written.</exception>
    public static OnnxExportReport Write(Stream stream, ExportedStages stages, OnnxExportDetails details, OnnxExportOptions options)
    {
        byte[] model = Build(stages, details, options);
        var report = ExportReplay.Check(model, stages, details, options);
        if (options.Quantization is { } quantization)
        {
            (model, var quantized) = Quantizer.Run(model, stages, quantization);
            report = report with { Bytes = model.Length, Quantization = quantized };
        }
        stream.Write(model);
        return report;
    }

    /// <summary>The bytes of the file.</summary>
    public static byte[] Build(ExportedStages stages, OnnxExportDetails details, OnnxExportOptions options)
    {
        var (features, detector) = (stages.Features, stages.Detector);
        var graph = OnnxGraph.Joined(details.Name);
        graph.Input(Image, OnnxType.UInt8, -1, -1, -1, 3);
        var input = ImageGraph.Add(graph, Image, features.ImageHeight, features.ImageWidth, features.Description.Input);
        var ignored = stages.Ignored is { } patches
            ? graph.Constant(Ignored, Array.ConvertAll(patches, i => i ? 1f : 0f), 1, detector.Grid.Height, detector.Grid.Width) : "";
        var (map, score) = JointGraph.AddDetector(graph, JointGraph.AddFeatures(graph, input, features), ignored, detector);
        graph.Node("Identity", [score], JointGraph.Score);
        graph.Output(JointGraph.Score, OnnxType.Float, -1);
        if (stages.Calibration is { } calibration)
            DecisionGraph.Add(graph, JointGraph.Score, calibration);
        AddMap(graph, map, detector.Grid.Height, detector.Grid.Width, options.MapAtInputSize);
        graph.WidenHalves();
        graph.Describe(details.Version, details.Properties);
        return graph.ToModel();
    }

    private static void AddMap(OnnxGraph graph, string map, int height, int width, bool atInputSize)
    {
        if (!atInputSize)
        {
            graph.Node("Identity", [map], JointGraph.Map);
            graph.Output(JointGraph.Map, OnnxType.Float, -1, height, width);
            return;
        }
        var channel = graph.Constant("channel", [1L], 1);
        var size = graph.Node("Shape", [Image], ("start", 1L), ("end", 3L));
        var resized = graph.Node("Resize", [graph.Node("Unsqueeze", [map, channel]), "", "", size],
            ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"), ("axes", [2, 3]));
        graph.Node("Squeeze", [resized, channel], JointGraph.Map);
        graph.Output(JointGraph.Map, OnnxType.Float, -1, -1, -1);
    }
}
