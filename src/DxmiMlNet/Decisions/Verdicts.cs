namespace DxmiMlNet.Decisions;

/// <summary>The values of the verdict column.</summary>
public static class Verdicts
{
    /// <summary>As ordinary as good parts are: let it through.</summary>
    public const string Pass = "Pass";

    /// <summary>Rare among good parts, but not rare enough to reject: a person should look.</summary>
    public const string Review = "Review";

    /// <summary>Rarer than the promised share of good parts, or not to be judged at all: take it out.</summary>
    public const string Reject = "Reject";
}
