using System.Runtime.CompilerServices;
using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Tests.Export;

/// <summary>Programs that know nothing of this library run the exported file: the code of the room's README.</summary>
[TestClass]
public class ConsumerTests
{
    private static SmallParts s_parts = null!;
    private static InspectionModel s_model = null!;
    private static string s_file = null!;

    [ClassInitialize]
    public static void Export(TestContext _)
    {
        s_parts = new SmallParts();
        s_model = SmallTraining.Train(s_parts).Model;
        s_file = s_parts.File("part.onnx");
        s_model.ExportOnnx(s_file);
    }

    [ClassCleanup]
    public static void Clean()
    {
        s_model.Dispose();
        s_parts.Dispose();
    }

    [TestMethod]
    public void Plain_OnnxRuntime()
    {
        using var image = ImageFile.Load(s_parts.Test[^1].ImagePath);
        var (rgb, height, width) = ExportedRun.Rgb(image);

        string file = s_file;
        // <sample 0>
        // rgb: bytes [height, width, 3]
        using var session = new InferenceSession(file);
        using var pixels = OrtValue.CreateTensorValueFromMemory(rgb, [1, height, width, 3]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, new Dictionary<string, OrtValue> { ["image"] = pixels }, ["score", "p_value", "verdict", "anomaly_map"]);
        float score = outputs[0].GetTensorDataAsSpan<float>()[0];
        float pValue = outputs[1].GetTensorDataAsSpan<float>()[0];
        string verdict = new[] { "Pass", "Review", "Reject" }[outputs[2].GetTensorDataAsSpan<long>()[0]];
        float[] map = outputs[3].GetTensorDataAsSpan<float>().ToArray();
        // </sample 0>

        AssertSame(score, pValue, verdict, map);
    }

    public class Photograph
    {
        [ImageType(SmallParts.Side, SmallParts.Side)]   // height, width: ML.NET wants to know them
        public MLImage? Image { get; set; }
    }

    public class Judgement
    {
        [ColumnName("score")] public float[] Score { get; set; } = [];
        [ColumnName("p_value")] public float[] PValue { get; set; } = [];
        [ColumnName("verdict")] public long[] Verdict { get; set; } = [];
        [ColumnName("anomaly_map")] public float[] Map { get; set; } = [];
    }

    [TestMethod]
    public void The_stock_stage_of_MLNET()
    {
        using var image = ImageFile.Load(s_parts.Test[^1].ImagePath);
        const int height = SmallParts.Side, width = SmallParts.Side;
        string file = s_file;

        // <sample 1>
        var ml = new MLContext();
        var pipeline = ml.Transforms
            .ExtractPixels("image", nameof(Photograph.Image), ImagePixelExtractingEstimator.ColorBits.Rgb, ImagePixelExtractingEstimator.ColorsOrder.ARGB,
                interleavePixelColors: true, outputAsFloatArray: false)
            .Append(ml.Transforms.ApplyOnnxModel(["score", "p_value", "verdict", "anomaly_map"], ["image"], file,
                new Dictionary<string, int[]> { ["image"] = [1, height, width, 3] }, null, false, 100));
        var model = pipeline.Fit(ml.Data.LoadFromEnumerable(Array.Empty<Photograph>()));
        using var engine = ml.Model.CreatePredictionEngine<Photograph, Judgement>(model);
        var judged = engine.Predict(new Photograph { Image = image });
        // </sample 1>

        AssertSame(judged.Score[0], judged.PValue[0], new[] { "Pass", "Review", "Reject" }[judged.Verdict[0]], judged.Map);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void The_samples_of_the_rooms_README_are_this_code(int sample)
    {
        string source = Between(File.ReadAllText(Here()).ReplaceLineEndings("\n"), $"        // <sample {sample}>\n", $"        // </sample {sample}>");
        string[] lines = [.. source.Split('\n').Select(l => l.Length >= 8 ? l[8..] : l)];
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src", "DxmiMlNet", "Export", "README.md")).ReplaceLineEndings("\n");
        Assert.AreEqual(readme.Split("```csharp\n")[sample + 1].Split("```")[0], string.Join('\n', lines));
    }

    private static string Between(string text, string from, string to) => text.Split(from)[1].Split(to)[0];

    private static string Here([CallerFilePath] string path = "") => path;

    private static void AssertSame(float score, float pValue, string verdict, float[] map)
    {
        using var expected = s_model.Inspect(s_parts.Test[^1].ImagePath, new InspectionSettings { Maps = true });
        Assert.AreEqual(expected.Score, score, 1e-4f * Math.Abs(expected.Score));
        Assert.AreEqual(expected.PValue, pValue, 1e-6f);
        Assert.AreEqual(expected.Verdict, verdict);
        Assert.AreEqual(expected.Map!.Values.Max(), map.Max(), 1e-4f * Math.Abs(expected.Score));
        Assert.HasCount(expected.Map.Values.Length, map);
    }
}
