using System.Diagnostics;
using System.Globalization;
using DxmiMlNet.Export;
using DxmiMlNet.Images;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Fuzz;

/// <summary>
/// Exports a model and runs the file by plain ONNX Runtime in another process on the decoded pixels of all test images of a data set: scores and verdicts beside
/// those of the model.
/// </summary>
internal static class ExportRun
{
    public const string Child = "exported";

    /// <summary>Compares; 1 where a score differs by more than 1e-4 of it, or a verdict at all.</summary>
    public static int Run(string modelPath, string data)
    {
        using var folder = new TestFolder();
        string file = folder.File("model.onnx");
        using var model = InspectionModel.Load(modelPath);
        Console.WriteLine($"Exported: {model.ExportOnnx(file)}");
        var start = new ProcessStartInfo("dotnet", [typeof(ExportRun).Assembly.Location, Child, file]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        using var writer = new BinaryWriter(child.StandardInput.BaseStream);
        int images = 0, otherVerdicts = 0, tooFar = 0;
        double worst = 0, worstOfMap = 0;
        foreach (var item in InspectionDataset.Read(data).Where(item => item.Split == InspectionSplit.Test))
        {
            using var image = ImageFile.Load(item.ImagePath);
            var (rgb, height, width) = ExportedRun.Rgb(image);
            writer.Write(height);
            writer.Write(width);
            writer.Write(rgb);
            writer.Flush();
            string[] answer = child.StandardOutput.ReadLine()!.Split(' ');
            float score = float.Parse(answer[0], CultureInfo.InvariantCulture);
            using var expected = model.Inspect(image, item.ImagePath, new InspectionSettings { Maps = true, Regions = false });
            double difference = Math.Abs((double)score - expected.Score);
            worst = Math.Max(worst, difference / Math.Abs(expected.Score));
            worstOfMap = Math.Max(worstOfMap, difference / Math.Max(Math.Abs(expected.Score), expected.Map!.Values.Max(Math.Abs)));
            tooFar += difference > 1e-4 * Math.Abs(expected.Score) ? 1 : 0;
            otherVerdicts += answer[1] == expected.Verdict ? 0 : 1;
            images++;
        }
        writer.Close();
        child.WaitForExit();
        Console.WriteLine(FormattableString.Invariant($"{images} images: scores differ by at most {worst:0.0e+0} of the score, {worstOfMap:0.0e+0} of score or map's peak; ")
            + FormattableString.Invariant($"{tooFar} by more than 1e-4 of the score; {otherVerdicts} verdicts differ."));
        return images == 0 || tooFar + otherVerdicts > 0 ? 1 : 0;
    }

    /// <summary>The other process: pixels from standard input, a line of score and verdict each to standard output. ONNX Runtime and nothing else.</summary>
    public static int RunChild(string file)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(file, options);
        using var reader = new BinaryReader(Console.OpenStandardInput());
        while (true)
        {
            int height, width;
            try
            {
                (height, width) = (reader.ReadInt32(), reader.ReadInt32());
            }
            catch (EndOfStreamException)
            {
                return 0;
            }
            var run = ExportedRun.Of(session, reader.ReadBytes(3 * height * width), height, width);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Score[0]:R} {DecisionGraph.Labels[run.Verdict![0]]}"));
        }
    }
}
