using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace DxmiMlNet.Line;

/// <summary>
/// The journal in one file. There is one writer: durable transactions run on a connection with <c>synchronous = FULL</c>, which fsyncs the log at every commit;
/// leases run on one with <c>NORMAL</c>, which does not, and whose writes the next durable commit makes durable, too.
/// </summary>
internal sealed class SqliteJournal(JournalOptions options, string path, string owner, TimeProvider clock) : SqlJournal(options, owner, clock)
{
    private readonly string _path = Path.GetFullPath(path);
    private readonly SemaphoreSlim _writing = new(1);
    private SqliteConnection? _durable, _soon;
    private FileStream? _lock;

    protected override string SkipLocked => "";

    public override async Task OpenAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        try
        {
            _lock = new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            _durable = Connect("FULL");
            _soon = Connect("NORMAL");
            await _durable.ExecuteAsync(JournalSchema.Tables("INTEGER PRIMARY KEY AUTOINCREMENT") + """
                CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows do not change'); END;
                CREATE TRIGGER IF NOT EXISTS audit_remains BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are not deleted'); END;
                """, cancellation).ConfigureAwait(false);
            // The file is this process's alone: whatever was claimed, was claimed by one that is dead.
            await _durable.ExecuteAsync("UPDATE parts SET lease_until = 0, state = 0 WHERE state = 1", cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"The journal '{_path}' cannot be opened: {e.Message}", "A SQLite file of this service, or a place where one can be made, was expected.",
                "Check path, permissions and free space; is another service running on it?", e);
        }
        JournalSchema.Check(await GetStateAsync("schema", cancellation).ConfigureAwait(false));
    }

    protected override Task<DbConnection> ReadAsync(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(Text(pooling: true));
        connection.Open();
        return Task.FromResult<DbConnection>(connection);
    }

    protected override async Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> work, bool durable, CancellationToken cancellation)
    {
        var connection = (durable ? _durable : _soon) ?? throw new InvalidOperationException("The journal is not open.");
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await connection.ExecuteAsync("BEGIN IMMEDIATE", cancellation).ConfigureAwait(false);
            T result;
            try
            {
                result = await work(connection).ConfigureAwait(false);
                await connection.ExecuteAsync("COMMIT", CancellationToken.None).ConfigureAwait(false);
            }
            catch
            {
                try
                {
                    await connection.ExecuteAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
                }
                catch (SqliteException)
                {
                    // SQLite has rolled back by itself, as it does on a full disk.
                }
                throw;
            }
            return result;
        }
        finally
        {
            _writing.Release();
        }
    }

    protected override Task NotifyAsync(DbConnection connection, string channel, string payload, CancellationToken cancellation) => Task.CompletedTask;

    protected override Task LockChainAsync(DbConnection connection, CancellationToken cancellation) => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        if (_durable is not null)
            await _durable.DisposeAsync().ConfigureAwait(false);
        if (_soon is not null)
            await _soon.DisposeAsync().ConfigureAwait(false);
        using var pooled = new SqliteConnection(Text(pooling: true));
        SqliteConnection.ClearPool(pooled);
        if (_lock is not null)
            await _lock.DisposeAsync().ConfigureAwait(false);
        _writing.Dispose();
    }

    private SqliteConnection Connect(string synchronous)
    {
        var connection = new SqliteConnection(Text(pooling: false));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA busy_timeout = 5000;";
        command.ExecuteNonQuery();
        return connection;
    }

    private string Text(bool pooling) => new SqliteConnectionStringBuilder { DataSource = _path, Pooling = pooling, DefaultTimeout = 5, Mode = pooling ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate }.ToString();
}
