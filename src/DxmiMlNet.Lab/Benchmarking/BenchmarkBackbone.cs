using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Lab.Distillation;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>A backbone and what its rows call it.</summary>
/// <param name="Name">For example "resnet18".</param>
/// <param name="Description">The backbone.</param>
public sealed record BenchmarkBackbone(string Name, BackboneDescription Description)
{
    /// <summary>The name of the backbone inside the package.</summary>
    public const string Embedded = "embedded";

    /// <summary>The name of the network of the package with random weights: what its training has to beat.</summary>
    public const string Random = "random";

    /// <summary>Finds a backbone by what a person calls it.</summary>
    /// <param name="name">
    /// "embedded", "random" (the embedded network with random weights of seed 1), the path of a JSON, or NAME of <c>data/backbones/NAME.json</c> below the current folder.
    /// </param>
    /// <exception cref="DxmiException">There is none, or its description or model file is missing or wrong.</exception>
    public static BenchmarkBackbone Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name == Embedded)
            return new(name, BackboneDescription.Embedded);
        if (name == Random)
            return new(name, RandomBackbone.Create(seed: 1));
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var description = BackboneDescription.Load(name);
            return new(description.Name, description);
        }
        string path = Path.Combine("data", "backbones", name + ".json");
        return File.Exists(path) ? new(name, BackboneDescription.Load(path))
            : throw new DxmiException($"There is no backbone '{name}': '{path}' does not exist.",
                $"'{Embedded}', '{Random}', the path of a JSON, or the name of one in data/backbones was expected.",
                "Run in the folder that holds data/backbones, or give the JSON's path.");
    }
}
