using System.CommandLine;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Cli;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public const string JsonName = "--json";

    public static Option<bool> Json() => new(JsonName) { Description = "Print one JSON object as the last line; everything else goes to standard error." };

    public static Option<int> Seed() => new("--seed") { Description = "Decides everything random; the same seed gives the same result.", DefaultValueFactory = _ => 1 };

    public static Option<int?> Threads()
    {
        var option = new Option<int?>("--threads") { Description = "Threads to compute with. Left out: all processors for inspecting, one for training the small networks.", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int threads) && threads < 1)
                result.AddError($"Option '--threads' is {threads}, and should be 1 or more.");
        });
        return option;
    }

    public static Option<string> Device()
        => new Option<string>("--device") { Description = "Where the networks train: cpu, cuda, or auto for cuda where there is one.", DefaultValueFactory = _ => "cpu" }
            .AcceptOnlyFromAmong("cpu", "cuda", "auto");

    public static Option<string?> Backbone()
        => new("--backbone") { Description = "JSON that describes the network which describes patches. Left out: the one inside the package.", HelpName = "FILE.json" };

    /// <summary>Makes inference use that many threads.</summary>
    public static void Use(int? threads)
    {
        if (threads is { } count)
            InferenceSettings.Threads = count;
    }
}
