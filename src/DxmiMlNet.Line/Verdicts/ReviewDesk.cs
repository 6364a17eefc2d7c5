using DxmiMlNet.Decisions;

namespace DxmiMlNet.Line;

/// <summary>What people make of verdicts.</summary>
internal sealed class ReviewDesk(IJournal journal, LineEvents events, LineMeters meters, TimeProvider clock)
{
    private const int LongestName = 100, LongestReason = 1000;

    /// <summary>Confirms or overrules.</summary>
    /// <returns>The part; null where it is unknown or undecided.</returns>
    /// <exception cref="DxmiException">Verdict, name or reason is missing or too long.</exception>
    public async Task<Part?> ReviewAsync(string partId, ReviewRequest request, CancellationToken cancellation)
    {
        if (request.Verdict is not (Verdicts.Pass or Verdicts.Reject))
            throw new DxmiException("The review has no verdict.", "Pass or Reject was expected.", "Say which.");
        if (string.IsNullOrWhiteSpace(request.Reviewer) || request.Reviewer.Length > LongestName || string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > LongestReason)
            throw new DxmiException("The review has no name, or no reason, or one too long.", $"A name of 1 to {LongestName} and a reason of 1 to {LongestReason} characters were expected.", "Say who and why.");
        if (!Names.IsValid(partId) || (await journal.FindAsync(partId, cancellation).ConfigureAwait(false)) is not { Verdict: { } json } part)
            return null;
        string verdict = LineJson.Read<LineVerdict>(json).Verdict;
        // A part for review had no final word yet: there is nothing to overrule.
        var review = new PartReview(request.Verdict, request.Reviewer.Trim(), request.Reason.Trim(), clock.GetUtcNow(), verdict != Verdicts.Review && verdict != request.Verdict);
        if (!await journal.ReviewAsync(partId, review, cancellation).ConfigureAwait(false))
            return null;
        meters.Reviewed(part.Station, review.Overruled);
        events.Publish("reviewed", new { partId, part.Station, review });
        return part with { Review = review };
    }
}
