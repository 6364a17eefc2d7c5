using DxmiMlNet.Images;
using DxmiMlNet.Images.Decoding;

namespace DxmiMlNet.Export;

/// <summary>Runs an exported model in ONNX Runtime beside the stages that it was made of: a file that scores differently is refused.</summary>
internal static class ExportReplay
{
    /// <summary>The largest difference of scores that is accepted, relative to the score or the map's greatest value, whichever is greater.</summary>
    public const double Tolerance = 1e-4;

    // Of the map's greatest value. A patch that a method remembers has a distance of nothing, and its root is that of a rounding error: the lowest values of a map
    // are as uncertain as that, and none of them counts.
    private const double MapTolerance = 1e-2;

    /// <exception cref="DxmiException">ONNX Runtime cannot open the model, or it scores differently.</exception>
    public static OnnxExportReport Check(byte[] model, ExportedStages stages, OnnxExportDetails details, OnnxExportOptions options)
    {
        using var file = new ExportedFile(model, stages.Calibration is { IsByCategory: true });
        double largest = 0, largestOfMaps = 0;
        int count = 0;
        var pixels = new PixelBuffer();
        foreach (var reference in details.References)
        {
            ImageFile.Decode(reference, "a reference image of the model", pixels);
            Compare();
        }
        Paint(pixels, stages.Features.ImageHeight * 3 / 2 + 1, stages.Features.ImageWidth * 2 + 3);   // reference images are small: this one is reduced
        Compare();
        return new OnnxExportReport(model.Length, count, largest, largestOfMaps);

        void Compare()
        {
            var (score, map) = Stages(stages, pixels);
            var (exportedScore, exportedMap) = file.Score(pixels);
            if (options.MapAtInputSize)
                map = Resized(map, stages, pixels);
            double peak = map.Max(Math.Abs), scale = Math.Max(Math.Abs(score), peak);
            double difference = Math.Abs(score - exportedScore) / scale, ofMap = Distance(map, exportedMap) / peak;
            if (!(difference <= Tolerance && ofMap <= MapTolerance))
                throw new DxmiException(FormattableString.Invariant($"The exported model gives a score of {exportedScore} to an image of {pixels.Width} x {pixels.Height} ")
                    + FormattableString.Invariant($"pixels that the model itself gives {score}, and maps that differ by {ofMap:g3} of their greatest value."),
                    FormattableString.Invariant($"Scores within {Tolerance} and maps within {MapTolerance} were expected; nothing was written."),
                    "Export again; should it differ again, export the backbone once more with opset 13 to 18, and train with it.");
            largest = Math.Max(largest, difference);
            largestOfMaps = Math.Max(largestOfMaps, ofMap);
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
