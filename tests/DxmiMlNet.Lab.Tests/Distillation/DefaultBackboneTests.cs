using System.Text.Json;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Lab.Distillation;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Lab.Tests.Distillation;

[TestClass]
public class DefaultBackboneTests
{
    [TestMethod]
    public void The_embedded_network_is_smaller_than_8_MB_and_is_the_default_architecture()
    {
        var model = Resource("default.onnx");
        Assert.IsLessThan(8 << 20, model.Length);
        using var session = new OnnxSession(model, "The default backbone");
        var stages = BackboneArchitecture.Default.Stages;
        for (int i = 0; i < stages.Length; i++)
            Assert.AreEqual(stages[i].Channels, session.Session.OutputMetadata[$"stride{4 << i}"].Dimensions[1]);
    }

    [TestMethod]
    public void The_embedded_description_names_taps_and_the_input_of_the_network()
    {
        using var session = new OnnxSession(Resource("default.onnx"), "The default backbone");
        using var json = JsonDocument.Parse(Resource("default.json"), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        var input = json.RootElement.GetProperty("input");
        Assert.Contains(input.GetProperty("name").GetString()!, session.Session.InputNames);
        CollectionAssert.AreEqual(InputNormalisation.Mean, Numbers(input.GetProperty("mean")));
        CollectionAssert.AreEqual(InputNormalisation.Deviation, Numbers(input.GetProperty("std")));
        foreach (var tap in json.RootElement.GetProperty("taps").EnumerateArray())
            Assert.Contains(tap.GetProperty("tensor").GetString()!, session.Session.OutputNames);
    }

    [TestMethod]
    public void Patches_of_a_flat_image_are_alike_and_those_of_an_edge_differ()
    {
        using var session = new OnnxSession(Resource("default.onnx"), "The default backbone");
        var flat = Taps(session, (_, _) => 0.2f);
        var edge = Taps(session, (_, x) => x < 128 ? -1 : 1);
        // Row 16 of 32, far from the borders; the edge lies at column 16.
        Assert.IsLessThan(0.2 * Distance(edge, 10, 16), Distance(flat, 10, 16));
    }

    private static float[] Taps(OnnxSession session, Func<int, int, float> pixel)
    {
        var image = new float[3 * 256 * 256];
        for (int i = 0; i < image.Length; i++)
            image[i] = pixel(i / 256 % 256, i % 256);
        var taps = new float[64 * 32 * 32];
        session.Run(("image", image, [1, 3, 256, 256]), ("stride8", taps, [1, 64, 32, 32]));
        return taps;
    }

    private static double Distance(float[] taps, int columnA, int columnB)
        => Math.Sqrt(Enumerable.Range(0, 64).Sum(c => Math.Pow(taps[c * 1024 + 16 * 32 + columnA] - taps[c * 1024 + 16 * 32 + columnB], 2)));

    private static float[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetSingle())];

    private static byte[] Resource(string name)
    {
        using var stream = typeof(BackboneDescription).Assembly.GetManifestResourceStream($"DxmiMlNet.Features.Backbones.{name}")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
