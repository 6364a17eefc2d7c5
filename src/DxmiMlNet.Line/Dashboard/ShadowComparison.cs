using DxmiMlNet.Decisions;

namespace DxmiMlNet.Line.Dashboard;

/// <summary>How a shadow model compares with the live one over the last parts that both looked at.</summary>
/// <param name="Parts">Parts.</param>
/// <param name="Agree">Those with the same verdict.</param>
/// <param name="Counts">By verdict of the live model (rows) and of the shadow (columns): Pass, Review, Reject.</param>
/// <param name="Failed">Parts on which the shadow failed.</param>
/// <param name="Different">The last parts with different verdicts, the newest first.</param>
internal sealed record ShadowSummary(int Parts, int Agree, int[,] Counts, int Failed, IReadOnlyList<LineVerdict> Different);

/// <summary>Compares shadow models with live ones.</summary>
internal sealed class ShadowComparison(LineBoard board)
{
    private const int MostListed = 8;

    /// <summary>The order of rows and columns.</summary>
    public static IReadOnlyList<string> Order { get; } = [Verdicts.Pass, Verdicts.Review, Verdicts.Reject];

    public ShadowSummary Of(string live, string shadow)
    {
        var both = board.Parts.Select(p => p.Verdict).Where(v => v.Model?.Hash == live && v.Shadow?.Hash == shadow).ToList();
        var counts = new int[Order.Count, Order.Count];
        foreach (var verdict in both)
            if (verdict.Shadow!.Verdict is { } other)
                counts[IndexOf(verdict.Verdict), IndexOf(other)]++;
        var different = both.Where(v => v.Shadow!.Verdict is { } other && other != v.Verdict).Reverse().ToList();
        int failed = both.Count(v => v.Shadow!.Verdict is null);
        return new ShadowSummary(both.Count - failed, both.Count - failed - different.Count, counts, failed, [.. different.Take(MostListed)]);
    }

    private static int IndexOf(string verdict) => verdict switch
    {
        Verdicts.Pass => 0,
        Verdicts.Reject => 2,
        _ => 1,
    };
}
