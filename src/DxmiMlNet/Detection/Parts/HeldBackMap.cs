namespace DxmiMlNet.Detection.Parts;

/// <summary>The map of a good row by a detector that has not seen it: what maps and scores are standardised by.</summary>
/// <param name="Values">[P].</param>
/// <param name="Ignored">[P], which patches are ignored; null where none are.</param>
internal readonly record struct HeldBackMap(float[] Values, bool[]? Ignored)
{
    /// <summary>Whether a patch counts.</summary>
    public bool IsInspected(int position) => Ignored is null || !Ignored[position];
}
