namespace DxmiMlNet.Line;

/// <summary>How far a part is.</summary>
public enum PartState
{
    /// <summary>On disk, and no worker has it.</summary>
    Waiting,

    /// <summary>A worker has it.</summary>
    InWork,

    /// <summary>It has its one verdict.</summary>
    Decided,
}

/// <summary>A part that is taken in.</summary>
internal sealed record NewPart(string PartId, string Station, string Recipe, string Source, string Image, string ImageHash, long ImageBytes, DateTimeOffset AcceptedAt,
    DateTimeOffset Deadline);

/// <summary>A part as the journal knows it.</summary>
internal sealed record Part(string PartId, string Station, string Recipe, string Source, string Image, string ImageHash, DateTimeOffset AcceptedAt, DateTimeOffset Deadline,
    PartState State, int Attempts)
{
    /// <summary>The one verdict as JSON (<see cref="LineVerdict"/>); null until it is decided.</summary>
    public string? Verdict { get; init; }

    /// <summary>What a person made of it; null where none has looked.</summary>
    public PartReview? Review { get; init; }

    /// <summary>Whether its image was deleted by the policy.</summary>
    public bool ImageGone { get; init; }
}

/// <summary>What a person made of a verdict.</summary>
/// <param name="Verdict">Pass or Reject.</param>
/// <param name="Reviewer">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
/// <param name="Overruled">Whether the verdict became another one.</param>
public sealed record PartReview(string Verdict, string Reviewer, string Reason, DateTimeOffset At, bool Overruled);

/// <summary>The one decision on a part, with everything that is written along with it in one transaction.</summary>
internal sealed record Decision(string PartId, LineVerdict Verdict, bool KeepImage, IReadOnlyList<string> Sinks);

/// <summary>What became of a part that was handed to the journal.</summary>
internal enum Acceptance
{
    /// <summary>It is on disk.</summary>
    Accepted,

    /// <summary>A part with this id was taken in before.</summary>
    Duplicate,

    /// <summary>Too many parts wait.</summary>
    Full,
}

/// <summary>Something to tell the outside, kept until it is delivered.</summary>
internal sealed record OutboxItem(long Id, string Sink, string PartId, string Body, int Attempts);

/// <summary>A row of the audit table; its hash covers the previous hash and everything in the row.</summary>
/// <param name="Number">1, 2, 3, ... without gaps.</param>
/// <param name="At">When it was written.</param>
/// <param name="Kind">verdict, review, model.</param>
/// <param name="Subject">The part id, or the model's name.</param>
/// <param name="Body">JSON.</param>
/// <param name="Previous">Hash of the row before; 64 zeros for the first.</param>
/// <param name="Hash">Hash of this row, hexadecimal.</param>
public sealed record AuditRow(long Number, DateTimeOffset At, string Kind, string Subject, string Body, string Previous, string Hash);

/// <summary>Which file of a model name is live, was live before, and scores without a say.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Live">Hash of the live file; null for none.</param>
/// <param name="Previous">Hash of the file before; null for none.</param>
/// <param name="Shadow">Hash of the file that scores beside it; null for none.</param>
/// <param name="ChangedAt">When this last changed.</param>
public sealed record ModelSlot(string Name, string? Live, string? Previous, string? Shadow, DateTimeOffset ChangedAt);

/// <summary>Which parts to list.</summary>
internal sealed record PartQuery
{
    public string? Station { get; init; }
    public string? Verdict { get; init; }
    public bool OpenReviews { get; init; }
    public bool Overruled { get; init; }
    public DateTimeOffset? Before { get; init; }
    public int Limit { get; init; } = 50;
}

/// <summary>Parts of one station in one hour.</summary>
/// <param name="Station">The station.</param>
/// <param name="Hour">Begin of the hour, UTC.</param>
/// <param name="Pass">Parts that passed.</param>
/// <param name="Review">Parts for review.</param>
/// <param name="Reject">Parts that were rejected.</param>
/// <param name="Reviewed">Parts that a person looked at.</param>
/// <param name="Overruled">Parts whose verdict a person changed.</param>
public sealed record StationHour(string Station, DateTimeOffset Hour, int Pass, int Review, int Reject, int Reviewed, int Overruled);

/// <summary>How many parts wait.</summary>
/// <param name="Pending">Parts without a verdict.</param>
/// <param name="Capacity">Most that may wait.</param>
/// <param name="Oldest">When the oldest of them was accepted; null for none.</param>
/// <param name="Undelivered">Messages to the outside that are not delivered yet.</param>
public sealed record QueueState(int Pending, int Capacity, DateTimeOffset? Oldest, int Undelivered);
