using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

/// <summary>Whatever is wrong: exit code 2 and what was wrong, what was expected, what to do.</summary>
[TestClass]
public class BadInputTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    [TestMethod]
    public void No_such_data_set()
        => Train("--data", _folder.File("absent")).AssertRefused("absent' does not exist.", "Expected a folder of images", "Check the path");

    [TestMethod]
    public void Directory_without_images()
        => Train("--data", _folder.Path).AssertRefused("holds no image.", "Expected train/good", "Check the path");

    [TestMethod]
    public void No_good_image_to_train_on()
    {
        string csv = Write("parts.csv", $"image,label\n{TrainedModel.Parts.Test[0].ImagePath},bad\n");
        Train("--data", csv).AssertRefused("lies outside of", "in the folder of the list", "--paths-outside");
        Train("--data", csv, "--paths-outside").AssertRefused("no good one to train on", "train/good", "Add photographs");
    }

    [TestMethod]
    public void One_image_only()
    {
        Directory.CreateDirectory(_folder.File("one"));
        File.Copy(TrainedModel.Parts.Good[0].ImagePath, _folder.File("one/part.png"));
        Train("--data", _folder.File("one")).AssertRefused("There is one good image only.", "At least 24 are needed", "Add photographs of good parts");
    }

    [TestMethod]
    public void Too_few_images_for_alpha()
        => Train("--data", TrainedModel.Parts.Data, "--alpha", "0.01")
            .AssertRefused("There are 30 good images.", "At least 104 are needed: 99 to calibrate on", "accept a larger alpha");

    [TestMethod]
    public void Alpha_out_of_range()
        => Train("--data", TrainedModel.Parts.Data, "--alpha", "2").AssertRefused("alpha is 2.", "above 0 and below 1", "0.05 is usual");

    [TestMethod]
    public void Image_size_that_does_not_suit_the_backbone()
        => Train("--data", TrainedModel.Parts.Data, "--image-size", "33")
            .AssertRefused("The image size 33 does not suit", "a multiple of the coarsest stride 8", "Take 32.");

    [TestMethod]
    public void Tiles_that_do_not_suit_the_image_size_or_the_backbone()
    {
        Train("--data", TrainedModel.Parts.Data, "--tile-size", "32").AssertRefused("covers the whole image of 32 x 32", "smaller than the image", "such as 64");
        Train("--data", TrainedModel.Parts.Data, "--image-size", "64", "--tile-size", "36").AssertRefused("The tile size 36", "a multiple of 8", "Take 40.");
        Train("--data", TrainedModel.Parts.Data, "--image-size", "64", "--tile-size", "40").AssertRefused("The tile overlap 160", "0 to 32", "Take 16.");
    }

    [TestMethod]
    public void Wrong_backbone_description()
    {
        string json = Write("wrong.json", """{ "name": "wrong", "model": "x.onnx", "tapps": [] }""");
        Train("--data", TrainedModel.Parts.Data, "--backbone", json).AssertRefused("tapps", "A description has name, model, input", "Correct the file");
    }

    [TestMethod]
    public void Backbone_without_its_model_file()
    {
        File.Copy(TrainedModel.Parts.BackbonePath, _folder.File("alone.json"));
        Train("--data", TrainedModel.Parts.Data, "--backbone", _folder.File("alone.json"))
            .AssertRefused($"is missing: {_folder.File("tiny.onnx")}", "names an ONNX file", "Put the file there");
    }

    [TestMethod]
    public void Unwritable_output_is_found_before_the_work_begins()
    {
        string file = Write("file", "");
        Train("--data", TrainedModel.Parts.Data, "--model", Path.Combine(file, "model.zip")).AssertRefused("cannot be written", "may write", "permissions");
        Inspect("--output", Path.Combine(file, "out")).AssertRefused("cannot be written", "may write", "choose another place");
        Evaluate("--report", Path.Combine(file, "report")).AssertRefused("cannot be written", "may write", "choose another place");
    }

    [TestMethod]
    public void Missing_truncated_and_foreign_models()
    {
        Evaluate("--model", _folder.File("absent.zip")).AssertRefused("absent.zip' does not exist.", "A model file", "Check the path");
        File.WriteAllBytes(_folder.File("cut.zip"), File.ReadAllBytes(TrainedModel.Path)[..^2000]);
        Inspect("--model", _folder.File("cut.zip")).AssertRefused("cut.zip' is damaged or cut off", "as it was saved", "Copy the model file again");
        Evaluate("--model", Write("foreign.zip", "no model")).AssertRefused("foreign.zip' is no model", "zip file saved by dxmi train", "train a model");
    }

    [TestMethod]
    public void Input_that_is_not_there()
        => Inspect("--input", _folder.File("absent")).AssertRefused("absent' does not exist.", "an image or a folder", "Check the path");

    [TestMethod]
    public void Output_folder_that_holds_something_else()
    {
        Write("notes.txt", "");
        CommandLine.Run("synthesize", "--kind", "brushed-metal", "--output", _folder.Path)
            .AssertRefused("is not an empty folder.", "a folder of its own", "Name another folder");
    }

    [TestMethod]
    public void Kind_that_does_not_exist()
        => CommandLine.Run("synthesize", "--kind", "wood", "--output", _folder.File("set")).AssertRefused("wood", "brushed-metal", "Choose one of them");

    [TestMethod]
    [DataRow("trane")]
    [DataRow("train", "--model", "x.zip")]
    [DataRow("train", "--data", "x", "--model", "y", "--device", "tpu")]
    [DataRow("train", "--data", "x", "--model", "y", "--threads", "0")]
    [DataRow("train", "--data", "x", "--model", "y", "--alpha", "many")]
    public void Wrong_options(params string[] args)
        => CommandLine.Run(args).AssertRefused("", "Options as the help lists them were expected.", "--help");

    [TestMethod]
    public void With_json_the_error_is_an_object_too()
    {
        var run = CommandLine.Run("evaluate", "--model", _folder.File("absent.zip"), "--data", _folder.Path, "--json");

        Assert.AreEqual(ExitCodes.WrongUse, run.ExitCode);
        Assert.Contains("absent.zip' does not exist. A model file", run.Json.GetProperty("error").GetString()!);
    }

    [TestMethod]
    public void A_fault_of_ours_shows_no_stack_trace()
    {
        var run = CommandLine.Run("synthesize", "--kind", "brushed-metal", "--output", "\0");

        Assert.AreEqual(ExitCodes.WrongUse, run.ExitCode);
        Assert.DoesNotContain("   at ", run.Error);
    }

    // An option may stand there once: a default is added only where the test names no other value.
    private CommandLine Train(params string[] args)
        => CommandLine.Run(["train", .. WithDefaults(args, ("--model", _folder.File("model.zip")), ("--backbone", TrainedModel.Parts.BackbonePath))]);

    private static CommandLine Evaluate(params string[] args)
        => CommandLine.Run(["evaluate", .. WithDefaults(args, ("--model", TrainedModel.Path), ("--data", TrainedModel.Parts.Data))]);

    private CommandLine Inspect(params string[] args)
        => CommandLine.Run(["inspect", .. WithDefaults(args,
            ("--model", TrainedModel.Path), ("--input", TrainedModel.Parts.Data), ("--output", _folder.File("out")))]);

    private static string[] WithDefaults(string[] args, params (string Name, string Value)[] defaults)
        => [.. args, .. defaults.Where(d => !args.Contains(d.Name)).SelectMany(d => new[] { d.Name, d.Value })];

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }
}
