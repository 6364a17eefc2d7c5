namespace DxmiMlNet.Line;

/// <summary>
/// What must survive a crash: parts, their one verdict, the audit chain, what is still to be told, which model is live. Every method that changes something has
/// changed it durably when it returns (but leases, which a crash ends anyway).
/// </summary>
internal interface IJournal : IAsyncDisposable
{
    /// <summary>Makes the tables where they are missing.</summary>
    Task OpenAsync(CancellationToken cancellation);

    Task<Acceptance> AcceptAsync(NewPart part, CancellationToken cancellation);

    Task<Part?> FindAsync(string partId, CancellationToken cancellation);

    Task<IReadOnlyList<Part>> ListAsync(PartQuery query, CancellationToken cancellation);

    /// <summary>Takes waiting parts, the oldest first, and those whose lease has ended.</summary>
    Task<IReadOnlyList<Part>> ClaimAsync(int count, CancellationToken cancellation);

    /// <summary>Undecided parts whose deadline has passed, claimed or not.</summary>
    Task<IReadOnlyList<Part>> OverdueAsync(int count, CancellationToken cancellation);

    /// <summary>The earliest deadline of an undecided part; null where none is.</summary>
    Task<DateTimeOffset?> NextDeadlineAsync(CancellationToken cancellation);

    /// <summary>Whether a part has this image.</summary>
    Task<bool> IsImageNamedAsync(string image, CancellationToken cancellation);

    /// <summary>Verdict, audit row and outbox in one transaction.</summary>
    /// <returns>False where the part has its verdict already: nothing was changed.</returns>
    Task<bool> DecideAsync(Decision decision, CancellationToken cancellation);

    /// <summary>What a person made of a verdict, with its audit row.</summary>
    /// <returns>False where the part is unknown or undecided.</returns>
    Task<bool> ReviewAsync(string partId, PartReview review, CancellationToken cancellation);

    /// <summary>Undelivered messages that are due; each is not due again until <paramref name="lease"/> has passed.</summary>
    Task<IReadOnlyList<OutboxItem>> TakeOutboxAsync(int count, TimeSpan lease, CancellationToken cancellation);

    Task DeliveredAsync(long id, CancellationToken cancellation);

    Task RetryLaterAsync(long id, TimeSpan delay, CancellationToken cancellation);

    Task<IReadOnlyList<ModelSlot>> ModelsAsync(CancellationToken cancellation);

    /// <summary>Changes which files of a model are live, with an audit row that says who did it.</summary>
    Task SetModelAsync(ModelSlot slot, string by, CancellationToken cancellation);

    /// <summary>Audit rows after a number, ascending.</summary>
    Task<IReadOnlyList<AuditRow>> AuditAsync(long after, int count, CancellationToken cancellation);

    /// <summary>Number and hash that the last audit row must have.</summary>
    Task<(long Number, string Hash)> AuditHeadAsync(CancellationToken cancellation);

    Task<QueueState> QueueAsync(CancellationToken cancellation);

    Task<IReadOnlyList<StationHour>> HoursAsync(DateTimeOffset since, CancellationToken cancellation);

    /// <summary>Decided parts whose image may be deleted: not to be kept and decided before <paramref name="recent"/>, or accepted before <paramref name="oldest"/>.</summary>
    Task<IReadOnlyList<Part>> DeletableImagesAsync(DateTimeOffset recent, DateTimeOffset oldest, int count, CancellationToken cancellation);

    /// <summary>The oldest decided parts that still have an image, and the bytes of all images.</summary>
    Task<(IReadOnlyList<Part> Oldest, long Bytes)> OldestImagesAsync(int count, CancellationToken cancellation);

    Task ImageDeletedAsync(string partId, CancellationToken cancellation);

    Task<string?> GetStateAsync(string key, CancellationToken cancellation);

    Task SetStateAsync(string key, string value, CancellationToken cancellation);

    /// <summary>Raised by this and by other services: a part waits.</summary>
    event Action? PartWaits;

    /// <summary>Raised where services share a journal: one of them, this one included, has decided a part.</summary>
    event Action<string>? PartDecided;

    /// <summary>Raised by this and by other services: another model is live.</summary>
    event Action? ModelChanged;
}
