namespace DxmiMlNet.Line;

/// <summary>The tables. Times are milliseconds since 1970, UTC.</summary>
internal static class JournalSchema
{
    /// <summary>Version of the tables; a journal with another is refused.</summary>
    public const int Version = 1;

    /// <param name="identity">The type of a column that counts by itself.</param>
    public static string Tables(string identity) => $"""
        CREATE TABLE IF NOT EXISTS parts (
            part_id TEXT PRIMARY KEY, station TEXT NOT NULL, recipe TEXT NOT NULL, source TEXT NOT NULL,
            image TEXT NOT NULL, image_hash TEXT NOT NULL, image_bytes BIGINT NOT NULL, keep_image INTEGER NOT NULL, image_gone INTEGER NOT NULL,
            accepted BIGINT NOT NULL, deadline BIGINT NOT NULL, state INTEGER NOT NULL, lease_owner TEXT, lease_until BIGINT NOT NULL, attempts INTEGER NOT NULL,
            verdict TEXT, reason TEXT, decided BIGINT, model_hash TEXT, score DOUBLE PRECISION, p_value DOUBLE PRECISION, total_ms DOUBLE PRECISION, record TEXT,
            review_verdict TEXT, reviewer TEXT, review_reason TEXT, reviewed BIGINT, overruled INTEGER);
        CREATE INDEX IF NOT EXISTS parts_open ON parts (accepted, lease_until, deadline) WHERE state < 2;
        CREATE INDEX IF NOT EXISTS parts_accepted ON parts (accepted);
        CREATE INDEX IF NOT EXISTS parts_decided ON parts (decided) WHERE state = 2;
        CREATE INDEX IF NOT EXISTS parts_image ON parts (image);
        CREATE INDEX IF NOT EXISTS parts_images ON parts (accepted) WHERE image_gone = 0;
        CREATE TABLE IF NOT EXISTS audit (
            number BIGINT PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS audit_head (id INTEGER PRIMARY KEY CHECK (id = 1), number BIGINT NOT NULL, hash TEXT NOT NULL);
        INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '{AuditChain.Beginning}') ON CONFLICT (id) DO NOTHING;
        CREATE TABLE IF NOT EXISTS outbox (
            id {identity}, sink TEXT NOT NULL, part_id TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL, next_at BIGINT NOT NULL);
        CREATE INDEX IF NOT EXISTS outbox_due ON outbox (next_at);
        CREATE TABLE IF NOT EXISTS models (name TEXT PRIMARY KEY, live TEXT, previous TEXT, shadow TEXT, changed BIGINT NOT NULL);
        CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        INSERT INTO state (name, value) VALUES ('schema', '{Version}') ON CONFLICT (name) DO NOTHING;
        """;

    /// <exception cref="DxmiException">The tables are of another version.</exception>
    public static void Check(string? version)
    {
        if (version != Version.ToString(System.Globalization.CultureInfo.InvariantCulture))
            throw new DxmiException($"The journal has tables of version {version}.", $"Version {Version} was expected.", "Run the service that made it, or begin with another journal.");
    }
}
