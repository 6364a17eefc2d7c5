namespace DxmiMlNet.Detection.Parts;

/// <summary>Whether whitening depends on the position of a patch.</summary>
public enum PositionDependence
{
    /// <summary>Chosen from the good images alone: what gives held-back good images the highest likelihood.</summary>
    Auto,

    /// <summary>Every position has statistics of its own: for parts that lie in the same place on every image.</summary>
    Position,

    /// <summary>All positions share their statistics: for textures, and for parts that lie anywhere.</summary>
    Shared,
}
