using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Export;

/// <summary>Brings an exported model to 8 bits, and says what that cost.</summary>
internal static class Quantizer
{
    private const int MostGood = 100;
    private const float Headroom = 1.2f;   // good parts do not show how far defects reach

    /// <summary>The quantised model, and how it compares.</summary>
    /// <param name="model">The model in 32 bits.</param>
    /// <param name="stages">What it was made of.</param>
    /// <param name="settings">Images and limits.</param>
    /// <exception cref="DxmiException">There is no good image, the model is cut into tiles, or the loss is too large.</exception>
    public static (byte[] Model, OnnxQuantizationReport Report) Run(byte[] model, ExportedStages stages, OnnxQuantization settings)
    {
        if (settings.Good.Count == 0)
            throw new DxmiException("There is no good image to read the ranges of inner values from.", "50 photographs of good parts or so were expected.",
                "Name a data set (--data).");
        if (stages.Features.Tiles is not null)
            throw new DxmiException("The model cuts images into tiles, and its backbone is inside a loop.", "Quantisation needs a model of whole images.",
                "Export it in 32 bits, or train without tiles.");
        bool takesCategory = stages.Calibration is { IsByCategory: true };
        var graph = new QuantizedGraph(new OnnxFile(model, "The exported model").Model);
        byte[] quantized = graph.Write(Ranges(model, graph.Activations, settings.Good, takesCategory));
        var report = Compare(model, quantized, stages, settings.Labelled.Count > 0 ? settings.Labelled : settings.Good, takesCategory);
        if (report is { AurocBefore: { } before, AurocAfter: { } after } && before - after > settings.MaximumLoss)
            throw new DxmiException(
                FormattableString.Invariant($"In 8 bits the image AUROC falls from {before:0.0000} to {after:0.0000} on {report.LabelledImages} labelled images."),
                FormattableString.Invariant($"A loss of at most {settings.MaximumLoss} was expected; nothing was written."),
                "Export in 32 bits, or accept a larger loss (--max-loss).");
        return (quantized, report);
    }

    private static Dictionary<string, (float Low, float High)> Ranges(byte[] model, IReadOnlyCollection<string> tensors, IReadOnlyList<InspectionItem> good,
        bool takesCategory)
    {
        using var file = new ExportedFile(ExtraOutputs.Add(model, tensors), takesCategory);
        string[] names = [.. tensors];
        float[] low = new float[names.Length], high = new float[names.Length];
        var pixels = new PixelBuffer();
        int step = Math.Max(1, good.Count / MostGood);
        for (int i = 0; i < good.Count; i += step)
        {
            ImageFile.Decode(good[i].ImagePath, pixels);
            file.Run(pixels, names, values =>
            {
                for (int t = 0; t < names.Length; t++)
                {
                    var span = values[t].GetTensorDataAsSpan<float>();
                    low[t] = Math.Min(low[t], TensorPrimitives.Min(span));
                    high[t] = Math.Max(high[t], TensorPrimitives.Max(span));
                }
            });
        }
        return names.Select((name, t) => (name, (Headroom * low[t], Headroom * high[t]))).ToDictionary(r => r.name, r => r.Item2);
    }

    private static OnnxQuantizationReport Compare(byte[] model, byte[] quantized, ExportedStages stages, IReadOnlyList<InspectionItem> items,
        bool takesCategory)
    {
        using ExportedFile before = new(model, takesCategory), after = new(quantized, takesCategory);
        List<float> scoresBefore = [], scoresAfter = [];
        List<double> msBefore = [], msAfter = [];
        int otherVerdicts = 0;
        var pixels = new PixelBuffer();
        foreach (var item in items)
        {
            ImageFile.Decode(item.ImagePath, pixels);
            scoresBefore.Add(Timed(before, msBefore));
            scoresAfter.Add(Timed(after, msAfter));
            if (stages.Calibration is { IsByCategory: false } calibration)
                otherVerdicts += calibration.Judge(scoresBefore[^1]) == calibration.Judge(scoresAfter[^1]) ? 0 : 1;
        }
        bool[] labels = [.. items.Select(i => i.IsAnomalous)];
        bool hasBoth = labels.Contains(true) && labels.Contains(false);
        return new OnnxQuantizationReport(items.Count, hasBoth ? Auroc(scoresBefore) : null, hasBoth ? Auroc(scoresAfter) : null, otherVerdicts,
            Median(msBefore), Median(msAfter));

        float Timed(ExportedFile file, List<double> times)
        {
            long begin = Stopwatch.GetTimestamp();
            float score = file.Score(pixels).Score;
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            return score;
        }

        double Auroc(List<float> scores) => RankMetrics.AreaUnderRoc(CollectionsMarshal.AsSpan(scores), labels);

        static double Median(List<double> times) => Math.Round(times.Order().ElementAt(times.Count / 2), 2);
    }
}
