using System.Data;
using System.Data.Common;

namespace DxmiMlNet.Line;

/// <summary>The journal in SQL that both databases understand; a store adds how it connects, locks and notifies.</summary>
internal abstract partial class SqlJournal(JournalOptions options, string owner, TimeProvider clock) : IJournal
{
    private const string PartColumns = "part_id, station, recipe, source, image, image_hash, accepted, deadline, state, attempts, record, image_gone, "
        + "review_verdict, reviewer, review_reason, reviewed, overruled";

    // One process is one owner of leases: a restarted one must not be taken for the one that died.
    protected string Owner { get; } = $"{owner}/{Guid.NewGuid():N}";

    protected JournalOptions Options => options;

    public event Action? PartWaits;
    public event Action<string>? PartDecided;
    public event Action? ModelChanged;

    /// <summary>What follows a SELECT that takes rows for itself.</summary>
    protected abstract string SkipLocked { get; }

    /// <summary>Opens a connection for reading.</summary>
    protected abstract Task<DbConnection> ReadAsync(CancellationToken cancellation);

    /// <summary>Runs a transaction that is durable when it returns, or, where not <paramref name="durable"/>, soon after.</summary>
    protected abstract Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> work, bool durable, CancellationToken cancellation);

    /// <summary>Tells the other services; called inside the transaction.</summary>
    protected abstract Task NotifyAsync(DbConnection connection, string channel, string payload, CancellationToken cancellation);

    /// <summary>Lets one transaction at a time extend the audit chain; called inside it.</summary>
    protected abstract Task LockChainAsync(DbConnection connection, CancellationToken cancellation);

    public abstract Task OpenAsync(CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    protected void RaisePartWaits() => PartWaits?.Invoke();

    protected void RaisePartDecided(string partId) => PartDecided?.Invoke(partId);

    protected void RaiseModelChanged() => ModelChanged?.Invoke();

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<Acceptance> AcceptAsync(NewPart part, CancellationToken cancellation)
    {
        var outcome = await WriteAsync(async connection =>
        {
            int inserted = await connection.ExecuteAsync("""
                INSERT INTO parts (part_id, station, recipe, source, image, image_hash, image_bytes, accepted, deadline, state, lease_until, attempts, keep_image, image_gone)
                SELECT @id, @station, @recipe, @source, @image, @hash, @bytes, @accepted, @deadline, 0, 0, 0, 1, 0
                WHERE (SELECT COUNT(*) FROM parts WHERE state < 2) < @most
                ON CONFLICT (part_id) DO NOTHING
                """, cancellation, ("id", part.PartId), ("station", part.Station), ("recipe", part.Recipe), ("source", part.Source), ("image", part.Image),
                ("hash", part.ImageHash), ("bytes", part.ImageBytes), ("accepted", part.AcceptedAt.ToUnixTimeMilliseconds()), ("deadline", part.Deadline.ToUnixTimeMilliseconds()),
                ("most", options.MaxPending)).ConfigureAwait(false);
            if (inserted == 1)
            {
                await NotifyAsync(connection, "waits", "", cancellation).ConfigureAwait(false);
                return Acceptance.Accepted;
            }
            return await connection.ScalarAsync("SELECT 1 FROM parts WHERE part_id = @id", cancellation, ("id", part.PartId)).ConfigureAwait(false) is null
                ? Acceptance.Full : Acceptance.Duplicate;
        }, durable: true, cancellation).ConfigureAwait(false);
        if (outcome == Acceptance.Accepted)
            RaisePartWaits();
        return outcome;
    }

    public Task<IReadOnlyList<Part>> ClaimAsync(int count, CancellationToken cancellation) => WriteAsync<IReadOnlyList<Part>>(async connection =>
    {
        // A lease that a crash forgets is only a part that is claimed again: it need not be durable.
        var claimed = await connection.ListAsync($"""
            UPDATE parts SET state = 1, lease_owner = @owner, lease_until = @until, attempts = attempts + 1
            WHERE part_id IN (SELECT part_id FROM parts WHERE state < 2 AND lease_until <= @now ORDER BY accepted LIMIT @count {SkipLocked})
            RETURNING {PartColumns}
            """, ReadPart, cancellation, ("owner", Owner), ("until", Now + (long)options.Lease.TotalMilliseconds), ("now", Now), ("count", count)).ConfigureAwait(false);
        return [.. claimed.OrderBy(part => part.AcceptedAt)];
    }, durable: false, cancellation);

    public async Task<IReadOnlyList<Part>> OverdueAsync(int count, CancellationToken cancellation)
        => await QueryAsync($"SELECT {PartColumns} FROM parts WHERE state < 2 AND deadline <= @now ORDER BY deadline LIMIT @count", ReadPart, cancellation, ("now", Now), ("count", count))
            .ConfigureAwait(false);

    public async Task<bool> DecideAsync(Decision decision, CancellationToken cancellation)
    {
        string body = LineJson.Write(decision.Verdict);
        var verdict = decision.Verdict;
        return await WriteAsync(async connection =>
        {
            // Whoever comes first decides, with or without a lease: the row is the one place where that is settled.
            int decided = await connection.ExecuteAsync("""
                UPDATE parts SET state = 2, verdict = @verdict, reason = @reason, decided = @decided, model_hash = @model, score = @score, p_value = @p, total_ms = @total,
                    record = @record, keep_image = @keep
                WHERE part_id = @id AND state < 2
                """, cancellation, ("id", decision.PartId), ("verdict", verdict.Verdict), ("reason", verdict.Reason), ("decided", verdict.DecidedAt.ToUnixTimeMilliseconds()),
                ("model", verdict.Model?.Hash), ("score", (double?)verdict.Result?.Score), ("p", (double?)verdict.Result?.PValue), ("total", verdict.Timings?.Total), ("record", body),
                ("keep", decision.KeepImage ? 1 : 0)).ConfigureAwait(false);
            if (decided == 0)
                return false;
            foreach (string sink in decision.Sinks)
                await connection.ExecuteAsync("INSERT INTO outbox (sink, part_id, body, attempts, next_at) VALUES (@sink, @id, @body, 0, 0)", cancellation,
                    ("sink", sink), ("id", decision.PartId), ("body", body)).ConfigureAwait(false);
            await NotifyAsync(connection, "decided", decision.PartId, cancellation).ConfigureAwait(false);
            // Last, so that the chain is locked for the shortest time.
            await AppendAuditAsync(connection, "verdict", decision.PartId, body, cancellation).ConfigureAwait(false);
            return true;
        }, durable: true, cancellation).ConfigureAwait(false);
    }

    public Task<bool> ReviewAsync(string partId, PartReview review, CancellationToken cancellation) => WriteAsync(async connection =>
    {
        int changed = await connection.ExecuteAsync("""
            UPDATE parts SET review_verdict = @verdict, reviewer = @reviewer, review_reason = @reason, reviewed = @at, overruled = @overruled, keep_image = 1
            WHERE part_id = @id AND state = 2
            """, cancellation, ("id", partId), ("verdict", review.Verdict), ("reviewer", review.Reviewer), ("reason", review.Reason), ("at", review.At.ToUnixTimeMilliseconds()),
            ("overruled", review.Overruled ? 1 : 0)).ConfigureAwait(false);
        if (changed == 0)
            return false;
        await AppendAuditAsync(connection, "review", partId, LineJson.Write(review), cancellation).ConfigureAwait(false);
        return true;
    }, durable: true, cancellation);

    private async Task AppendAuditAsync(DbConnection connection, string kind, string subject, string body, CancellationToken cancellation)
    {
        await LockChainAsync(connection, cancellation).ConfigureAwait(false);
        var (number, previous) = await HeadAsync(connection, cancellation).ConfigureAwait(false);
        var row = AuditChain.Next(number, previous, DateTimeOffset.FromUnixTimeMilliseconds(Now), kind, subject, body);
        await connection.ExecuteAsync("INSERT INTO audit (number, at, kind, subject, body, previous, hash) VALUES (@number, @at, @kind, @subject, @body, @previous, @hash)", cancellation,
            ("number", row.Number), ("at", row.At.ToUnixTimeMilliseconds()), ("kind", kind), ("subject", subject), ("body", body), ("previous", previous), ("hash", row.Hash)).ConfigureAwait(false);
        await connection.ExecuteAsync("UPDATE audit_head SET number = @number, hash = @hash", cancellation, ("number", row.Number), ("hash", row.Hash)).ConfigureAwait(false);
    }

    private static async Task<(long Number, string Hash)> HeadAsync(DbConnection connection, CancellationToken cancellation)
        => (await connection.ListAsync("SELECT number, hash FROM audit_head", row => (row.GetInt64(0), row.GetString(1)), cancellation).ConfigureAwait(false)).Single();

    protected async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await ReadAsync(cancellation).ConfigureAwait(false);
        return await connection.ListAsync(sql, read, cancellation, parameters).ConfigureAwait(false);
    }

    private static Part ReadPart(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
        Time(row, 6), Time(row, 7), (PartState)row.GetInt32(8), row.GetInt32(9))
    {
        Verdict = row.IsDBNull(10) ? null : row.GetString(10),
        ImageGone = row.GetInt32(11) != 0,
        Review = row.IsDBNull(12) ? null : new PartReview(row.GetString(12), row.GetString(13), row.GetString(14), Time(row, 15), row.GetInt32(16) != 0),
    };

    private static DateTimeOffset Time(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
