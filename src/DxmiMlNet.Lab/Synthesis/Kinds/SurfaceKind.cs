namespace DxmiMlNet.Lab.Synthesis;

/// <summary>One product to inspect: how its surface is made, what can be wrong with it and how it is lit.</summary>
internal abstract class SurfaceKind
{
    public static IReadOnlyList<SurfaceKind> All { get; } = [new BrushedMetal(), new WovenFabric(), new PrintedBoard(), new CastSurface()];

    /// <summary>The name users give: "brushed-metal".</summary>
    public abstract string Name { get; }

    /// <summary>The defects that make sense on it, as folder names: "scratch".</summary>
    public abstract IReadOnlyList<string> Defects { get; }

    /// <summary>The light over one part: the lamp is fixed, the part's tilt differs a little.</summary>
    public abstract Lighting Light(PortableRandom part);

    /// <summary>Makes a part.</summary>
    /// <param name="size">Pixels a side.</param>
    /// <param name="design">What all parts of the set have in common.</param>
    /// <param name="part">What differs from part to part. Draws are the same with and without a flaw.</param>
    /// <param name="flaw">The defect, or null for a good part.</param>
    public abstract Surface Make(int size, PortableRandom design, PortableRandom part, Flaw? flaw);
}
