using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

/// <summary>A data set and a model that <c>dxmi train</c> made of it, once for all tests.</summary>
[TestClass]
public static class TrainedModel
{
    internal static SmallParts Parts { get; private set; } = null!;

    internal static string Path { get; private set; } = null!;

    internal static CommandLine Training { get; private set; } = null!;

    /// <summary>The shortest training that makes a model.</summary>
    internal static string[] TrainArguments(string model, string seed = "1", string effort = "0.005")
        => ["train", "--data", Parts.Data, "--model", model, "--backbone", Parts.BackbonePath, "--alpha", "0.1", "--effort", effort, "--seed", seed];

    [AssemblyInitialize]
    public static void Train(TestContext _)
    {
        Parts = new SmallParts();
        Path = Parts.File("trained/model.zip");
        Training = CommandLine.Run([.. TrainArguments(Path, seed: "5"), "--json"]);
        Assert.AreEqual(ExitCodes.Fine, Training.ExitCode, Training.Error);
    }

    [AssemblyCleanup]
    public static void Clean() => Parts.Dispose();
}
