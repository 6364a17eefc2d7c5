using System.Runtime.CompilerServices;
using DxmiMlNet.Images;
using Microsoft.ML;

namespace DxmiMlNet.Tests.Documentation;

[TestClass]
public class ReadmeTests
{
    // The README's samples as code that compiles; too slow to run here. They stand between markers, word for word.
    private static void Facade()
    {
        // <sample 0>
        var good = InspectionDataset.Read("data/brushed-metal").Where(p => p is { Split: InspectionSplit.Train, IsAnomalous: false });
        var training = InspectionTraining.Train(good, new InspectionTrainingOptions { Alpha = 0.05 });
        using var model = training.Model;
        model.Save("parts.zip");

        foreach (var file in Directory.GetFiles("data/brushed-metal/test/scratch"))
        {
            using var result = model.Inspect(file, new InspectionSettings { Overlays = true });
            Console.WriteLine($"{Path.GetFileName(file)}: {result.Verdict}, p = {result.PValue:F3}, {result.Regions.Count} regions");
            ImageFile.Save(result.Overlay!, Path.ChangeExtension(Path.GetFileName(file), ".overlay.png"));
        }
        // </sample 0>
    }

    private static void Pipeline()
    {
        // <sample 1>
        var ml = new MLContext(seed: 1);
        var parts = InspectionDataset.Read("data/brushed-metal");
        var good = parts.Where(p => p is { Split: InspectionSplit.Train, IsAnomalous: false }).ToArray();
        var fitting = ml.Data.LoadInspectionImages(good[..40]);
        var calibration = ml.Data.LoadInspectionImages(good[40..]);   // 19 or more for a false-reject rate of 5 %

        var detect = ml.Transforms.ExtractPatchFeatures().Append(ml.AnomalyDetection.Trainers.Dxmi()).Fit(fitting);
        var decide = ml.Transforms.CalibrateAnomalyScore(alpha: 0.05)
            .Append(ml.Transforms.DrawAnomalyMap()).Append(ml.Transforms.FindDefectRegions()).Fit(detect.Transform(calibration));
        var model = detect.Append(decide);
        ml.Model.Save(model, null, "parts.zip");

        var scored = model.Transform(ml.Data.LoadInspectionImages(parts.Where(p => p.Split == InspectionSplit.Test)));
        var metrics = ml.AnomalyDetection.EvaluateInspection(scored);
        Console.WriteLine($"image AUROC {metrics.ImageAuroc:F3}, pixel AUROC {metrics.PixelAuroc:F3}");
        // </sample 1>
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void The_samples_of_the_README_are_code_that_compiles(int sample)
    {
        Action[] compiled = [Facade, Pipeline];
        Assert.IsNotNull(compiled[sample].Method.GetMethodBody());
        string source = Between(File.ReadAllText(ThisFile()), $"// <sample {sample}>\n", $"        // </sample {sample}>");
        string[] lines = [.. source.Split('\n').Select(l => l.Length >= 8 ? l[8..] : l)];
        string readme = File.ReadAllText(Path.Combine(Repository, "README.md")).ReplaceLineEndings("\n");
        string block = readme.Split("```csharp\n")[sample + 1].Split("```")[0];
        Assert.AreEqual(block, string.Join('\n', lines));
    }

    [TestMethod]
    public void The_README_is_no_longer_than_a_newcomer_reads()
        => Assert.IsLessThanOrEqualTo(150, File.ReadLines(Path.Combine(Repository, "README.md")).Count());

    [TestMethod]
    public void Every_file_that_the_README_links_to_is_there()
    {
        string readme = File.ReadAllText(Path.Combine(Repository, "README.md"));
        var links = System.Text.RegularExpressions.Regex.Matches(readme, @"\]\(([^)#]+)\)").Select(m => m.Groups[1].Value).ToArray();
        Assert.IsNotEmpty(links);
        foreach (string link in links)
            Assert.IsTrue(File.Exists(Path.Combine(Repository, link)), link);
    }

    internal static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private static string Between(string text, string start, string end)
    {
        text = text.ReplaceLineEndings("\n");
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
