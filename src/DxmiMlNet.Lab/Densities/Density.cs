using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Densities;

/// <summary>A density on the plane, of which samples can be drawn and whose logarithm is known: what a sampler and an energy are measured against.</summary>
public abstract class Density
{
    /// <summary>The densities of the experiments.</summary>
    public static IReadOnlyList<Density> All { get; } = [new EightGaussians(), new TwoSpirals(), new Checkerboard()];

    /// <summary>Its name in commands and tables.</summary>
    public abstract string Name { get; }

    /// <summary>Number of parts of equal probability.</summary>
    public abstract int Modes { get; }

    /// <summary>Draws independent samples, [count, 2].</summary>
    /// <param name="count">Number of samples, 1 or more.</param>
    /// <param name="generator">A CPU generator.</param>
    public abstract Tensor Sample(int count, Generator generator);

    /// <summary>ln p(x), normalised: [B, 2] to [B]; minus infinity where p is 0.</summary>
    public abstract Tensor LogDensity(Tensor x);

    /// <summary>The mode to which a point belongs or is nearest, 0 to Modes - 1: [B, 2] to [B].</summary>
    public abstract Tensor ModeOf(Tensor x);

    /// <summary>The density of that name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static Density Named(string name) => All.FirstOrDefault(d => d.Name == name) ?? throw new ArgumentOutOfRangeException(nameof(name),
        $"There is no density '{name}'. Expected one of {string.Join(", ", All.Select(d => d.Name))}. Choose one of them.");
}
