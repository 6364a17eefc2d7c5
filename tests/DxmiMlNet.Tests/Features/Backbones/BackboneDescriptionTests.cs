using DxmiMlNet.Features.Backbones;

namespace DxmiMlNet.Tests.Features.Backbones;

[TestClass]
public class BackboneDescriptionTests
{
    private const string Good = """
        {
          "name": "tiny",
          "model": "tiny.onnx",  // comments may stand anywhere
          "input": { "name": "image", "layout": "NCHW", "channelOrder": "BGR", "scale": 0.5, "mean": [1, 2, 3], "std": [1, 1, 2] },
          "taps": [
            { "tensor": "inner", "stride": 4 },
            { "tensor": "deep", "stride": 8 }
          ],
          "licence": "MIT",
          "source": "a test",
          "defaultImageSize": 64,
          "whereToGet": "download it from the shelf."
        }
        """;

    [TestMethod]
    public void A_description_is_read_from_JSON()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder.File("tiny.onnx"), TinyBackbone.Model());
        var description = Load(folder, Good);
        Assert.AreEqual("tiny", description.Name);
        Assert.AreEqual(folder.File("tiny.onnx"), description.ModelPath);
        Assert.AreEqual(ChannelOrder.Bgr, description.Input.ChannelOrder);
        CollectionAssert.AreEqual(new[] { 1.0, 2, 3 }, description.Input.Mean);
        Assert.AreEqual(new BackboneTap { Tensor = "deep", Stride = 8 }, description.Taps[1]);
        Assert.AreEqual(64, description.DefaultImageSize);
    }

    [TestMethod]
    public void A_description_survives_being_written_and_read()
    {
        var copy = BackboneDescription.Parse(TinyBackbone.Description.ToJson(), "The copy");
        CollectionAssert.AreEqual(TinyBackbone.Description.ToJson(), copy.ToJson());
    }

    [TestMethod]
    [DataRow("\"name\": \"tiny\"", "\"name\": \"tiny\", \"colour\": 1", "line 2", "'colour'")]
    [DataRow("\"name\": \"image\", ", "", "line 4", "'name'")]
    [DataRow("\"taps\": [", "\"licence\": \"MIT\"; [", "line 5", "invalid")]
    [DataRow("\"BGR\"", "\"GRB\"", "line 4", "input.channelOrder")]
    [DataRow("\"NCHW\"", "\"NHWC\"", "'input.layout' is 'NHWC'", "\"NCHW\"")]
    [DataRow("[1, 2, 3]", "[1, 2]", "'input.mean' has 2 values", "Three were expected")]
    [DataRow("[1, 1, 2]", "[1, 0, 2]", "'input.std' is [1, 0, 2]", "above 0")]
    [DataRow("\"scale\": 0.5", "\"scale\": 0", "'input.scale' is 0", "above 0")]
    [DataRow("{ \"tensor\": \"deep\", \"stride\": 8 }", "{ \"tensor\": \"deep\", \"stride\": 6 }", "stride 6", "multiple of the finest stride 4")]
    [DataRow("{ \"tensor\": \"deep\", \"stride\": 8 }", "{ \"tensor\": \"inner\", \"stride\": 8 }", "'inner' stands there twice", "once")]
    [DataRow("{ \"tensor\": \"deep\", \"stride\": 8 }", "null", "a tap is null", "{ tensor, stride }")]
    [DataRow("\"defaultImageSize\": 64", "\"defaultImageSize\": 60", "'defaultImageSize' is 60", "coarsest stride 8")]
    public void A_wrong_member_is_named(string good, string bad, params string[] parts)
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder.File("tiny.onnx"), TinyBackbone.Model());
        StringAssert.Contains(Good, good);
        AssertThrows(() => Load(folder, Good.Replace(good, bad)), ["tiny.json", .. parts]);
    }

    [TestMethod]
    public void A_description_without_taps_is_refused()
        => AssertThrows(() => BackboneDescription.Parse((TinyBackbone.Description with { Taps = [] }).ToJson(), "It"),
            "'taps' is empty", "One tensor or more");

    [TestMethod]
    public void A_missing_description_is_named()
        => AssertThrows(() => BackboneDescription.Load("no/such.json"), "'no/such.json' does not exist", "data/backbones has examples");

    [TestMethod]
    public void A_missing_model_file_is_named_with_where_to_get_it()
    {
        using var folder = new TestFolder();
        AssertThrows(() => Load(folder, Good), folder.File("tiny.onnx"), "Put the file there: download it from the shelf.");
        AssertThrows(() => Load(folder, Good.Replace("\"whereToGet\": \"download it from the shelf.\"", "")), "Put the file there, or correct 'model'.");
    }

    [TestMethod]
    public void The_descriptions_in_the_repository_are_right()
    {
        var folder = Repository("data/backbones");
        foreach (var path in Directory.GetFiles(folder, "*.json"))
            Assert.AreEqual(Path.GetFileNameWithoutExtension(path), BackboneDescription.Parse(File.ReadAllBytes(path), path).Name);
    }

    private static BackboneDescription Load(TestFolder folder, string json)
    {
        File.WriteAllText(folder.File("tiny.json"), json);
        return BackboneDescription.Load(folder.File("tiny.json"));
    }

    private static string Repository(string path)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DxmiMlNet.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, path);
    }

    private static void AssertThrows(Action action, params string[] parts)
    {
        var message = Assert.ThrowsExactly<DxmiException>(action).Message;
        foreach (var part in parts)
            StringAssert.Contains(message, part);
    }
}
