using System.CommandLine;
using DxmiMlNet.Features;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Cli;

/// <summary>Options that several commands have, and the forms that options take.</summary>
internal static class CommonOptions
{
    public const string JsonName = "--json";

    public static Option<bool> Json()
        => new(JsonName) { Description = "Print one JSON object as the last line; everything else goes to standard error." };

    public static Option<int> Seed() => With("--seed", "N", 1, "Decides everything random; the same seed gives the same result on the same machine with the same --threads.");

    public static Option<int?> Threads()
    {
        var option = Optional<int?>("--threads", "N", "Threads to compute with. Left out: all processors for inspecting, one for training the small networks.");
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int threads) && threads < 1)
                result.AddError($"Option '--threads' is {threads}, and should be 1 or more.");
        });
        return option;
    }

    public static Option<string> Provider()
        => With("--provider", "P", "cpu", "What computes inferences, as far as this program was built with it: cpu, cuda, directml or openvino.")
            .AcceptOnlyFromAmong([.. Enum.GetNames<ExecutionProvider>().Select(name => name.ToLowerInvariant())]);

    public static Option<string> Device()
        => With("--device", "D", "cpu", "Where the networks train: cpu, cuda, or auto for cuda where there is one.").AcceptOnlyFromAmong("cpu", "cuda", "auto");

    public static Option<string?> Backbone()
        => Optional<string?>("--backbone", "FILE.json", "Describes the network that describes patches. Left out: the one inside the package.");

    public static Option<ImageSize> ImageSize() => new("--image-size")
    {
        Description = "What images are resized to: auto for the shape of the training images, N for a square, HxW for height and width; 0: the backbone's own.",
        HelpName = "SIZE",
        DefaultValueFactory = _ => Features.ImageSize.Auto,
        CustomParser = result =>
        {
            try
            {
                return Features.ImageSize.Parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError(e.Message);
                return default;
            }
        },
    };

    public static Option<int> TileSize()
        => With("--tile-size", "N", 0, "For small defects in large images: computes the resized image in tiles of N x N pixels, in bounded memory. 0: at once.");

    public static Option<int> TileOverlap()
        => With("--tile-overlap", "N", PatchFeatureEstimator.DefaultTileOverlap, "Fewest pixels that neighbouring tiles share.");

    public static Option<double> Effort()
        => With("--effort", "E", 1.0, "Multiplies the training's iterations: 0.1 for a quick look, more than 1 for more patience.");

    /// <summary>An option that must be given.</summary>
    public static Option<string> Required(string name, string value, string description)
        => new(name) { Description = description, Required = true, HelpName = value };

    /// <summary>An option that may be left out.</summary>
    public static Option<T> Optional<T>(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    /// <summary>An option with a default.</summary>
    public static Option<T> With<T>(string name, string value, T byDefault, string description)
        => new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => byDefault };

    /// <summary>Makes inference use that many threads.</summary>
    public static void Use(int? threads)
    {
        if (threads is { } count)
            InferenceSettings.Threads = count;
    }

    /// <summary>Makes inference compute on a provider.</summary>
    /// <exception cref="DxmiException">This program was not built with it.</exception>
    public static void Use(string provider) => InferenceSettings.Provider = Enum.Parse<ExecutionProvider>(provider, ignoreCase: true);
}
