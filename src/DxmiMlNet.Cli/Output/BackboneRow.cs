using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Lab.Benchmarking;

namespace DxmiMlNet.Cli.Output;

/// <summary>A backbone in a list.</summary>
/// <param name="Name">What <c>benchmark --backbones</c> calls it.</param>
/// <param name="Network">What its description calls it.</param>
/// <param name="Taps">Its taps.</param>
/// <param name="Licence">Licence of the weights; empty where unknown.</param>
/// <param name="Model">The ONNX file; "inside the package" for the embedded one.</param>
/// <param name="Present">Whether the file is there.</param>
/// <param name="ModelBytes">Size of the file.</param>
/// <param name="WhereToGet">Where to get it, where the description says so.</param>
/// <param name="Milliseconds">Time of one image, where it was measured.</param>
internal sealed record BackboneRow(string Name, string Network, IReadOnlyList<BackboneTap> Taps, string Licence, string Model, bool Present,
    long? ModelBytes, string? WhereToGet, double? Milliseconds)
{
    public static BackboneRow Of(BenchmarkBackbone backbone, double? milliseconds)
    {
        var description = backbone.Description;
        bool embedded = backbone.Name == BenchmarkBackbone.Embedded;
        return new(backbone.Name, description.Name, description.Taps, description.Licence, embedded ? "inside the package" : description.ModelPath,
            description.IsPresent, description.ModelBytes, description.WhereToGet,
            milliseconds is { } ms ? Math.Round(ms, 3) : null);
    }
}
