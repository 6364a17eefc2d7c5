namespace DxmiMlNet.Line;

internal abstract partial class SqlJournal
{
    public Task<IReadOnlyList<OutboxItem>> TakeOutboxAsync(int count, TimeSpan lease, CancellationToken cancellation) => WriteAsync<IReadOnlyList<OutboxItem>>(
        async connection => await connection.ListAsync($"""
            UPDATE outbox SET next_at = @until, attempts = attempts + 1
            WHERE id IN (SELECT id FROM outbox WHERE next_at <= @now ORDER BY id LIMIT @count {SkipLocked})
            RETURNING id, sink, part_id, body, attempts
            """, row => new OutboxItem(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4)), cancellation,
            ("until", Now + (long)lease.TotalMilliseconds), ("now", Now), ("count", count)).ConfigureAwait(false), durable: false, cancellation);

    // Told twice after a crash at this point, never not at all.
    public Task DeliveredAsync(long id, CancellationToken cancellation)
        => WriteAsync(connection => connection.ExecuteAsync("DELETE FROM outbox WHERE id = @id", cancellation, ("id", id)), durable: false, cancellation);

    public Task RetryLaterAsync(long id, TimeSpan delay, CancellationToken cancellation)
        => WriteAsync(connection => connection.ExecuteAsync("UPDATE outbox SET next_at = @at WHERE id = @id", cancellation, ("id", id), ("at", Now + (long)delay.TotalMilliseconds)),
            durable: false, cancellation);

    public async Task SetModelAsync(ModelSlot slot, string by, CancellationToken cancellation)
    {
        await WriteAsync(async connection =>
        {
            await connection.ExecuteAsync("""
                INSERT INTO models (name, live, previous, shadow, changed) VALUES (@name, @live, @previous, @shadow, @changed)
                ON CONFLICT (name) DO UPDATE SET live = excluded.live, previous = excluded.previous, shadow = excluded.shadow, changed = excluded.changed
                """, cancellation, ("name", slot.Name), ("live", slot.Live), ("previous", slot.Previous), ("shadow", slot.Shadow), ("changed", slot.ChangedAt.ToUnixTimeMilliseconds())).ConfigureAwait(false);
            await NotifyAsync(connection, "model", slot.Name, cancellation).ConfigureAwait(false);
            await AppendAuditAsync(connection, "model", slot.Name, LineJson.Write(new { slot.Live, slot.Previous, slot.Shadow, By = by }), cancellation).ConfigureAwait(false);
            return true;
        }, durable: true, cancellation).ConfigureAwait(false);
        RaiseModelChanged();
    }

    public Task ImageDeletedAsync(string partId, CancellationToken cancellation)
        => WriteAsync(connection => connection.ExecuteAsync("UPDATE parts SET image_gone = 1 WHERE part_id = @id AND state = 2", cancellation, ("id", partId)), durable: false, cancellation);

    public Task SetStateAsync(string key, string value, CancellationToken cancellation) => WriteAsync(connection => connection.ExecuteAsync(
        "INSERT INTO state (name, value) VALUES (@key, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", cancellation, ("key", key), ("value", value)),
        durable: true, cancellation);
}
