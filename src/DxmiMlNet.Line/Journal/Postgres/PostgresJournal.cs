using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DxmiMlNet.Line;

/// <summary>The journal on a server that any number of services share; they hear of each other's commits through LISTEN and NOTIFY.</summary>
internal sealed class PostgresJournal(JournalOptions options, string owner, TimeProvider clock, ILogger<PostgresJournal> log) : SqlJournal(options, owner, clock)
{
    private const long SchemaLock = 0x6478_6d69_0001;   // any number, the same for all services
    private const string Channel = "dxmi_line";
    private const int MostConnections = 20;

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(Bounded(options.ConnectionString!));
    private readonly CancellationTokenSource _stop = new();
    private Task _listening = Task.CompletedTask;

    protected override string SkipLocked => "FOR UPDATE SKIP LOCKED";

    // Npgsql's own limit is 100, which is all that a server has as a rule: several services would keep each other out.
    private static string Bounded(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (!builder.ShouldSerialize("Maximum Pool Size"))
            builder.MaxPoolSize = MostConnections;
        return builder.ConnectionString;
    }

    public override async Task OpenAsync(CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(async connection =>
            {
                // Services that start together would otherwise make the same table at once.
                await connection.ExecuteAsync($"SELECT pg_advisory_xact_lock({SchemaLock})", cancellation).ConfigureAwait(false);
                await connection.ExecuteAsync(JournalSchema.Tables("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY") + """
                    CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit rows do not change'; END $$;
                    CREATE OR REPLACE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();
                    CREATE OR REPLACE TRIGGER audit_remains BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
                    """, cancellation).ConfigureAwait(false);
                return true;
            }, durable: true, cancellation).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw new DxmiException($"The journal on PostgreSQL cannot be opened: {e.Message}", "A server that answers, with a database in which this user may make tables, was expected.",
                "Check 'Journal:ConnectionString', the server and the user's rights.", e);
        }
        JournalSchema.Check(await GetStateAsync("schema", cancellation).ConfigureAwait(false));
        _listening = Task.Run(ListenAsync, CancellationToken.None);
    }

    protected override async Task<DbConnection> ReadAsync(CancellationToken cancellation) => await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);

    protected override async Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> work, bool durable, CancellationToken cancellation)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        // A server set to lose the last commits would make the promise a lie; leases may be lost.
        await connection.ExecuteAsync($"SET LOCAL synchronous_commit = {(durable ? "on" : "off")}", cancellation).ConfigureAwait(false);
        var result = await work(connection).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return result;
    }

    protected override Task NotifyAsync(DbConnection connection, string channel, string payload, CancellationToken cancellation)
        => connection.ExecuteAsync("SELECT pg_notify(@channel, @text)", cancellation, ("channel", Channel), ("text", $"{channel} {payload}"));

    protected override Task LockChainAsync(DbConnection connection, CancellationToken cancellation)
        => connection.ExecuteAsync("SELECT 1 FROM audit_head FOR UPDATE", cancellation);

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _source.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(_stop.Token).ConfigureAwait(false);
                connection.Notification += (_, notification) => Hear(notification.Payload);
                await connection.ExecuteAsync($"LISTEN {Channel}", _stop.Token).ConfigureAwait(false);
                // What was told while nobody listened: look once.
                RaisePartWaits();
                RaiseModelChanged();
                while (!_stop.IsCancellationRequested)
                    await connection.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or System.Net.Sockets.SocketException)
            {
                log.LogWarning("The journal on PostgreSQL does not answer: {Message}", e.Message);
                await Task.Delay(1000, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Hear(string message)
    {
        string[] words = message.Split(' ', 2);
        switch (words[0])
        {
            case "waits":
                RaisePartWaits();
                break;
            case "decided":
                RaisePartDecided(words[1]);
                break;
            case "model":
                RaiseModelChanged();
                break;
        }
    }
}
