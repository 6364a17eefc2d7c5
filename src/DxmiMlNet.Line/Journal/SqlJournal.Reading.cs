namespace DxmiMlNet.Line;

internal abstract partial class SqlJournal
{
    public async Task<Part?> FindAsync(string partId, CancellationToken cancellation)
        => (await QueryAsync($"SELECT {PartColumns} FROM parts WHERE part_id = @id", ReadPart, cancellation, ("id", partId)).ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyList<Part>> ListAsync(PartQuery query, CancellationToken cancellation)
    {
        // Only what is asked for is in the text: PostgreSQL must know the type of every parameter.
        var where = new List<string>();
        var parameters = new List<(string, object?)> { ("limit", query.Limit) };
        if (query.Station is { } station)
        {
            where.Add("station = @station");
            parameters.Add(("station", station));
        }
        if (query.Verdict is { } verdict)
        {
            where.Add("verdict = @verdict");
            parameters.Add(("verdict", verdict));
        }
        if (query.OpenReviews)
            where.Add("state = 2 AND verdict <> 'Pass' AND review_verdict IS NULL");
        if (query.Overruled)
            where.Add("overruled = 1");
        if (query.Before is { } before)
        {
            where.Add("accepted < @before");
            parameters.Add(("before", before.ToUnixTimeMilliseconds()));
        }
        string filter = where.Count > 0 ? $"WHERE {string.Join(" AND ", where)}" : "";
        return await QueryAsync($"SELECT {PartColumns} FROM parts {filter} ORDER BY accepted DESC LIMIT @limit", ReadPart, cancellation, [.. parameters]).ConfigureAwait(false);
    }

    public async Task<QueueState> QueueAsync(CancellationToken cancellation)
        => (await QueryAsync("SELECT COUNT(*), MIN(accepted), (SELECT COUNT(*) FROM outbox) FROM parts WHERE state < 2",
            row => new QueueState(row.GetInt32(0), options.MaxPending, row.IsDBNull(1) ? null : Time(row, 1), row.GetInt32(2)), cancellation).ConfigureAwait(false)).Single();

    public async Task<IReadOnlyList<StationHour>> HoursAsync(DateTimeOffset since, CancellationToken cancellation)
        => await QueryAsync("""
            SELECT station, decided / 3600000, SUM(CASE WHEN verdict = 'Pass' THEN 1 ELSE 0 END), SUM(CASE WHEN verdict = 'Review' THEN 1 ELSE 0 END),
                SUM(CASE WHEN verdict = 'Reject' THEN 1 ELSE 0 END), SUM(CASE WHEN review_verdict IS NOT NULL THEN 1 ELSE 0 END), SUM(CASE WHEN overruled = 1 THEN 1 ELSE 0 END)
            FROM parts WHERE state = 2 AND decided >= @since GROUP BY station, decided / 3600000 ORDER BY 2, 1
            """, row => new StationHour(row.GetString(0), DateTimeOffset.FromUnixTimeSeconds(3600 * row.GetInt64(1)), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4),
                row.GetInt32(5), row.GetInt32(6)), cancellation, ("since", since.ToUnixTimeMilliseconds())).ConfigureAwait(false);

    public async Task<IReadOnlyList<Part>> DeletableImagesAsync(DateTimeOffset recent, DateTimeOffset oldest, int count, CancellationToken cancellation)
        => await QueryAsync($"""
            SELECT {PartColumns} FROM parts WHERE image_gone = 0 AND state = 2 AND ((keep_image = 0 AND decided < @recent) OR accepted < @oldest) ORDER BY accepted LIMIT @count
            """, ReadPart, cancellation, ("recent", recent.ToUnixTimeMilliseconds()), ("oldest", oldest.ToUnixTimeMilliseconds()), ("count", count)).ConfigureAwait(false);

    public async Task<(IReadOnlyList<Part> Oldest, long Bytes)> OldestImagesAsync(int count, CancellationToken cancellation)
    {
        var oldest = await QueryAsync($"SELECT {PartColumns} FROM parts WHERE image_gone = 0 AND state = 2 ORDER BY accepted LIMIT @count", ReadPart, cancellation, ("count", count)).ConfigureAwait(false);
        var bytes = await QueryAsync("SELECT CAST(COALESCE(SUM(image_bytes), 0) AS BIGINT) FROM parts WHERE image_gone = 0", row => row.GetInt64(0), cancellation).ConfigureAwait(false);
        return (oldest, bytes.Single());
    }

    public async Task<bool> IsImageNamedAsync(string image, CancellationToken cancellation)
        => (await QueryAsync("SELECT 1 FROM parts WHERE image = @image", row => true, cancellation, ("image", image)).ConfigureAwait(false)).Count > 0;

    public async Task<DateTimeOffset?> NextDeadlineAsync(CancellationToken cancellation)
        => (await QueryAsync("SELECT MIN(deadline) FROM parts WHERE state < 2", row => row.IsDBNull(0) ? (DateTimeOffset?)null : Time(row, 0), cancellation).ConfigureAwait(false)).Single();

    public async Task<IReadOnlyList<AuditRow>> AuditAsync(long after, int count, CancellationToken cancellation)
        => await QueryAsync("SELECT number, at, kind, subject, body, previous, hash FROM audit WHERE number > @after ORDER BY number LIMIT @count",
            row => new AuditRow(row.GetInt64(0), Time(row, 1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6)),
            cancellation, ("after", after), ("count", count)).ConfigureAwait(false);

    public async Task<(long Number, string Hash)> AuditHeadAsync(CancellationToken cancellation)
    {
        await using var connection = await ReadAsync(cancellation).ConfigureAwait(false);
        return await HeadAsync(connection, cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ModelSlot>> ModelsAsync(CancellationToken cancellation)
        => await QueryAsync("SELECT name, live, previous, shadow, changed FROM models ORDER BY name", row => new ModelSlot(row.GetString(0), Text(row, 1), Text(row, 2), Text(row, 3), Time(row, 4)),
            cancellation).ConfigureAwait(false);

    public async Task<string?> GetStateAsync(string key, CancellationToken cancellation)
        => (await QueryAsync("SELECT value FROM state WHERE name = @key", row => row.GetString(0), cancellation, ("key", key)).ConfigureAwait(false)).SingleOrDefault();

    private static string? Text(System.Data.Common.DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
