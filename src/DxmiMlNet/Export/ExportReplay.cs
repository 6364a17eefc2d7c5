using System.Numerics.Tensors;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Export;

/// <summary>Runs an exported model in ONNX Runtime beside the stages that it was made of: a file that scores differently is refused.</summary>
internal static class ExportReplay
{
    /// <summary>The largest difference that is accepted, relative to the score or the map's greatest value, whichever is greater.</summary>
    public const double Tolerance = 1e-4;

    /// <exception cref="DxmiException">ONNX Runtime cannot open the model, or it scores differently.</exception>
    public static OnnxExportReport Check(byte[] model, ExportedStages stages, OnnxExportDetails details, OnnxExportOptions options)
    {
        using var session = new OnnxSession(model, "The exported model");
        double largest = 0;
        int count = 0;
        var pixels = new PixelBuffer();
        foreach (var reference in details.References)
        {
            ImageFile.Decode(reference, "a reference image of the model", pixels);
            Compare();
        }
        Paint(pixels, stages.Features.ImageHeight * 3 / 2 + 1, stages.Features.ImageWidth * 2 + 3);   // reference images are small: this one is reduced
        Compare();
        return new OnnxExportReport(model.Length, count, largest);

        void Compare()
        {
            var (score, map) = Stages(stages, pixels);
            var (exportedScore, exportedMap) = Exported(session, stages, pixels);
            if (options.MapAtInputSize)
                map = Resized(map, stages, pixels);
            double scale = Math.Max(Math.Abs(score), TensorPrimitives.MaxMagnitude<float>(map) is var peak ? Math.Abs(peak) : 0);
            double difference = Math.Max(Math.Abs(score - exportedScore), Distance(map, exportedMap)) / scale;
            if (!(difference <= Tolerance))
                throw new DxmiException(FormattableString.Invariant($"The exported model gives a score of {exportedScore} to an image of {pixels.Width} x {pixels.Height} pixels that the model itself gives {score}, and maps that differ by {difference:g3} of their greatest value."),
                    FormattableString.Invariant($"At most {Tolerance} of the score or of the map's greatest value was expected; nothing was written."),
                    "Export again; should it differ again, export the backbone once more with opset 13 to 18, and train with it.");
            largest = Math.Max(largest, difference);
            count++;
        }
    }

    /// <summary>Score and map of an image by the stages.</summary>
    private static (float Score, float[] Map) Stages(ExportedStages stages, PixelBuffer pixels)
    {
        var batch = stages.Features.CreateBatch(1);
        batch.Read(0, PixelFrame.Of(pixels));
        batch.Compute(1);
        var map = new float[stages.Detector.Grid.Height * stages.Detector.Grid.Width];
        bool[]? ignored = stages.Ignored is { } patches && Array.Exists(patches, i => i) ? patches : null;
        return (stages.Detector.Score(batch.Features(0).ToArray(), map, ignored), map);
    }

    private static (float Score, float[] Map) Exported(OnnxSession session, ExportedStages stages, PixelBuffer pixels)
    {
        var rgb = new byte[3 * pixels.Width * pixels.Height];
        for (int i = 0; i < pixels.Width * pixels.Height; i++)
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = (pixels.Bytes[4 * i + 2], pixels.Bytes[4 * i + 1], pixels.Bytes[4 * i]);
        using var image = OrtValue.CreateTensorValueFromMemory(rgb, [1, pixels.Height, pixels.Width, 3]);
        using var category = OrtValue.CreateTensorValueFromMemory(new long[1], [1]);
        using var run = new RunOptions();
        Dictionary<string, OrtValue> inputs = new() { [OnnxExport.Image] = image };
        if (stages.Calibration is { IsByCategory: true })
            inputs[DecisionGraph.Category] = category;
        using var outputs = session.Session.Run(run, inputs, [JointGraph.Score, JointGraph.Map]);
        return (outputs[0].GetTensorDataAsSpan<float>()[0], outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }

    private static float[] Resized(float[] map, ExportedStages stages, PixelBuffer pixels)
    {
        var resized = new float[pixels.Height * pixels.Width];
        MapResizer.Resize(map, stages.Detector.Grid.Height, stages.Detector.Grid.Width, resized, pixels.Height, pixels.Width);
        return resized;
    }

    private static double Distance(float[] a, float[] b)
        => a.Length == b.Length ? a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max() : double.NaN;

    // Waves of several widths in three colours: every frequency that a reduction has to smooth.
    private static void Paint(PixelBuffer pixels, int height, int width)
    {
        pixels.Resize(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < 4; c++)
                    pixels.Bytes[4 * (y * width + x) + c] = c == 3 ? (byte)255
                        : (byte)(127.5 + 60 * Math.Sin(0.05 * (c + 1) * x + 0.02 * y) + 60 * Math.Sin((0.1 + 0.001 * y) * y + 0.9 * x * c));
    }
}
