using System.Text.Json.Nodes;

namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class LineConfigurationTests
{
    private static readonly string[] s_recipe = ["--Recipes:part:Stations:0=cell"];

    [TestMethod]
    public void The_command_line_beats_the_environment_and_both_beat_the_file()
    {
        using var folder = new TestFolder();
        string file = folder.Write("line.json", """{ "Name": "of-file", "Journal": { "MaxPending": 5, "MaxAttempts": 7 }, "Recipes": { "part": {} } /* comments are fine */ }""");
        Environment.SetEnvironmentVariable("DXMI_LINE_Journal__MaxPending", "6");
        try
        {
            var options = LineConfiguration.Load(file, ["--Name=of-arguments"]);
            Assert.AreEqual("of-arguments", options.Name);
            Assert.AreEqual(6, options.Journal.MaxPending);
            Assert.AreEqual(7, options.Journal.MaxAttempts);
        }
        finally
        {
            Environment.SetEnvironmentVariable("DXMI_LINE_Journal__MaxPending", null);
        }
    }

    [TestMethod]
    [DataRow("--Jurnal:Path=x", "'Jurnal'")]
    [DataRow("--Recipes:part:Modell=x", "'Recipes:part:Modell'")]
    [DataRow("--Journal:MaxPending=0", "'Journal:MaxPending' is 0.")]
    [DataRow("--Journal:MaxPending=many", "'Journal:MaxPending'")]
    [DataRow("--Journal:Kind=Postgres", "'Journal:ConnectionString'")]
    [DataRow("--Http:Url=http://0.0.0.0:80", "'Http:Url' is http://0.0.0.0:80. Without Http:Keys a loopback address")]
    [DataRow("--Http:Url=https://localhost", "'Http:Certificate'")]
    [DataRow("--Recipes:part:ModelFile=nowhere.zip", "'Recipes:part:ModelFile' is nowhere.zip.")]
    [DataRow("--Http:Keys:0:Key=short", "'Http:Keys:0:Key' is 5 characters long.")]
    [DataRow("--Folders:0:Station=a b", "'Folders:0:Path'")]
    [DataRow("--Webhooks:0:Url=ftp://x", "'Webhooks:0:Url'")]
    [DataRow("--Recipes:part:Deadline=00:00:00", "'Recipes:part:Deadline' is 0 seconds.")]
    public void A_wrong_setting_is_named_with_what_was_expected(string argument, string expected)
    {
        var error = Assert.ThrowsExactly<DxmiException>(() => LineConfiguration.Load(null, [.. s_recipe, argument]));
        StringAssert.Contains(error.Message, expected);
        Assert.AreNotEqual("", error.Expected);
        Assert.AreNotEqual("", error.Remedy);
    }

    [TestMethod]
    public void The_example_file_is_valid_once_its_model_is_there()
    {
        using var folder = new TestFolder();
        string file = folder.Write("line.json", LineSchema.Example), model = folder.Write("model.zip", [1]);
        var options = LineConfiguration.Load(file, [$"--Recipes:default:ModelFile={model}"]);
        Assert.AreEqual("http://127.0.0.1:8520", options.Http.Url);
        Assert.AreEqual(KeepImages.Rejects, options.Images.Keep);
    }

    [TestMethod]
    public void The_schema_knows_every_key_and_refuses_others()
    {
        var schema = LineSchema.Json;
        var keys = schema["properties"]!.AsObject().Select(p => p.Key).ToArray();
        foreach (var property in typeof(LineOptions).GetProperties())
            CollectionAssert.Contains(keys, property.Name);
        Assert.IsFalse((bool)schema["additionalProperties"]!);
        Assert.IsInstanceOfType<JsonObject>(schema["properties"]!["Journal"]);
    }
}
