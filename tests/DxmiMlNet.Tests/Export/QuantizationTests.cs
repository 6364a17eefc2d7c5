using DxmiMlNet.Export;
using DxmiMlNet.Images;
using DxmiMlNet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Tests.Export;

/// <summary>Files in 8 bits: what is quantised, that they still tell scratched parts from good ones, and that a loss is refused.</summary>
[TestClass]
public class QuantizationTests
{
    private static SmallParts s_parts = null!;
    private static InspectionModel s_model = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_parts = new SmallParts();
        s_model = SmallTraining.Train(s_parts).Model;
    }

    [ClassCleanup]
    public static void Clean()
    {
        s_model.Dispose();
        s_parts.Dispose();
    }

    [TestMethod]
    public void Convolutions_and_products_have_weights_of_8_bits_and_scratches_are_still_found()
    {
        using var stream = new MemoryStream();
        var report = s_model.ExportOnnx(stream, new OnnxExportOptions { Quantization = Settings with { MaximumLoss = 0.1 } }).Quantization!;

        var file = new OnnxFile(stream.ToArray(), "The file");
        var weights = file.Model.Graph.Initializer.Where(i => i.DataType == (int)OnnxType.Int8 && i.Name.EndsWith("/weight", StringComparison.Ordinal)).ToArray();
        Assert.IsGreaterThanOrEqualTo(4, weights.Length, "two convolutions and the products of the detector");
        Assert.IsTrue(weights.All(w => w.RawData.Span.ToArray().All(b => Math.Abs((int)(sbyte)b) <= 63)), "7 bits of each");
        Assert.AreEqual(OnnxOpset.Joined, file.Opset);
        Assert.IsTrue(file.Model.OpsetImport.All(o => o.Domain is "" or "ai.onnx"), "standard operators only");
        Assert.AreEqual(s_parts.Test.Length, report.LabelledImages);
        Assert.IsGreaterThan(0.9, report.AurocAfter!.Value);
        Assert.IsLessThanOrEqualTo(0.1, report.AurocBefore!.Value - report.AurocAfter.Value);

        using var session = new InferenceSession(stream.ToArray());
        Assert.AreEqual("tiny", session.ModelMetadata.CustomMetadataMap["backbone"]);
        byte[] pixels = new byte[3 * 32 * 32];
        Assert.AreEqual(2L, ExportedRun.Of(session, pixels, 32, 32, ("reject_threshold", -1e6f)).Verdict![0], "thresholds are still inputs");
    }

    [TestMethod]
    public void Too_large_a_loss_is_refused_and_nothing_written()
    {
        // No loss is small enough: even an equal AUROC loses more than -1.
        string path = s_parts.File("quantized.onnx");
        var e = Assert.ThrowsExactly<DxmiException>(() => s_model.ExportOnnx(path, new OnnxExportOptions { Quantization = Settings with { MaximumLoss = -1 } }));

        Assert.Contains("image AUROC", e.What);
        Assert.IsFalse(File.Exists(path));
    }

    [TestMethod]
    public void Without_good_images_there_is_nothing_to_read_ranges_from()
    {
        var e = Assert.ThrowsExactly<DxmiException>(() => s_model.ExportOnnx(Stream.Null, new OnnxExportOptions { Quantization = new OnnxQuantization { Good = [] } }));
        Assert.Contains("no good image", e.What);
    }

    private static OnnxQuantization Settings => new() { Good = s_parts.Good, Labelled = s_parts.Test };
}
