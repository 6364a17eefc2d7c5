using DxmiMlNet.Decisions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace DxmiMlNet.Line.Tests;

/// <summary>What a journal promises, the same for both stores.</summary>
public abstract class JournalTests
{
    private readonly List<IAsyncDisposable> _open = [];

    private protected ManualClock Clock { get; } = new();

    private protected abstract IJournal Connect(JournalOptions options, string owner);

    private protected abstract Task TamperAsync(string sql);

    private protected async Task<IJournal> OpenAsync(JournalOptions? options = null, string owner = "a")
    {
        var journal = Connect(options ?? new JournalOptions(), owner);
        _open.Add(journal);
        await journal.OpenAsync(default);
        return journal;
    }

    [TestCleanup]
    public async Task Close()
    {
        foreach (var journal in _open)
            await journal.DisposeAsync();
        _open.Clear();
    }

    [TestMethod]
    public async Task A_part_id_is_accepted_once()
    {
        var journal = await OpenAsync();
        Assert.AreEqual(Acceptance.Accepted, await journal.AcceptAsync(Part("1"), default));
        Assert.AreEqual(Acceptance.Duplicate, await journal.AcceptAsync(Part("1") with { Station = "other" }, default));
        Assert.AreEqual("cell", (await journal.FindAsync("1", default))!.Station);
        Assert.IsNull(await journal.FindAsync("2", default));
    }

    [TestMethod]
    public async Task A_full_queue_refuses_until_a_part_is_decided()
    {
        var journal = await OpenAsync(new JournalOptions { MaxPending = 2 });
        await journal.AcceptAsync(Part("1"), default);
        await journal.AcceptAsync(Part("2"), default);
        Assert.AreEqual(Acceptance.Full, await journal.AcceptAsync(Part("3"), default));
        Assert.AreEqual(Acceptance.Duplicate, await journal.AcceptAsync(Part("1"), default));
        await journal.DecideAsync(Decide("1"), default);
        Assert.AreEqual(Acceptance.Accepted, await journal.AcceptAsync(Part("3"), default));
    }

    [TestMethod]
    public async Task A_claimed_part_returns_when_its_lease_ends()
    {
        var journal = await OpenAsync(new JournalOptions { Lease = TimeSpan.FromSeconds(30) });
        await journal.AcceptAsync(Part("1"), default);
        Assert.HasCount(1, await journal.ClaimAsync(5, default));
        Assert.IsEmpty(await journal.ClaimAsync(5, default));
        Clock.Advance(TimeSpan.FromSeconds(31));
        var again = await journal.ClaimAsync(5, default);
        Assert.AreEqual(2, again.Single().Attempts);
    }

    [TestMethod]
    public async Task The_oldest_parts_are_claimed_first()
    {
        var journal = await OpenAsync();
        for (int i = 1; i <= 4; i++)
        {
            await journal.AcceptAsync(Part($"{5 - i}"), default);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
        CollectionAssert.AreEqual(new[] { "4", "3" }, (await journal.ClaimAsync(2, default)).Select(p => p.PartId).ToArray());
    }

    [TestMethod]
    public async Task The_first_verdict_stands_and_is_written_with_audit_and_outbox_at_once()
    {
        var journal = await OpenAsync();
        await journal.AcceptAsync(Part("1"), default);
        Assert.IsTrue(await journal.DecideAsync(Decide("1", Verdicts.Reject, "hook"), default));
        Assert.IsFalse(await journal.DecideAsync(Decide("1", Verdicts.Pass, "hook"), default));
        Assert.IsFalse(await journal.DecideAsync(Decide("unknown"), default));
        Assert.AreEqual(Verdicts.Reject, LineJson.Read<LineVerdict>((await journal.FindAsync("1", default))!.Verdict!).Verdict);
        Assert.HasCount(1, await journal.AuditAsync(0, 10, default));
        Assert.HasCount(1, await journal.TakeOutboxAsync(10, TimeSpan.FromSeconds(5), default));
    }

    [TestMethod]
    public async Task Two_workers_deciding_the_same_part_at_once_give_one_verdict()
    {
        var journal = await OpenAsync();
        for (int i = 0; i < 10; i++)
            await journal.AcceptAsync(Part($"{i}"), default);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(() => journal.DecideAsync(Decide($"{n % 10}"), default))));
        Assert.AreEqual(10, outcomes.Count(first => first));
        Assert.AreEqual(10, (await AuditChain.VerifyAsync(journal, default)).Rows);
    }

    [TestMethod]
    public async Task An_undelivered_message_is_due_again_after_its_lease_and_gone_once_delivered()
    {
        var journal = await OpenAsync();
        await journal.AcceptAsync(Part("1"), default);
        await journal.DecideAsync(Decide("1", Verdicts.Pass, "hook"), default);
        var item = (await journal.TakeOutboxAsync(10, TimeSpan.FromSeconds(5), default)).Single();
        Assert.IsEmpty(await journal.TakeOutboxAsync(10, TimeSpan.FromSeconds(5), default));
        Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.AreEqual(2, (await journal.TakeOutboxAsync(10, TimeSpan.FromSeconds(5), default)).Single().Attempts);
        await journal.DeliveredAsync(item.Id, default);
        Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.IsEmpty(await journal.TakeOutboxAsync(10, TimeSpan.FromSeconds(5), default));
    }

    [TestMethod]
    public async Task Overdue_parts_are_found_whoever_has_them()
    {
        var journal = await OpenAsync();
        await journal.AcceptAsync(Part("1"), default);
        await journal.AcceptAsync(Part("2"), default);
        await journal.ClaimAsync(1, default);
        Assert.IsEmpty(await journal.OverdueAsync(10, default));
        Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.HasCount(2, await journal.OverdueAsync(10, default));
    }

    [TestMethod]
    public async Task Everything_is_there_after_the_service_starts_again()
    {
        var journal = await OpenAsync();
        await journal.AcceptAsync(Part("1"), default);
        await journal.AcceptAsync(Part("2"), default);
        await journal.DecideAsync(Decide("1"), default);
        await journal.SetModelAsync(new ModelSlot("m", "h", null, null, Clock.GetUtcNow()), "me", default);
        await journal.SetStateAsync("k", "v", default);
        await journal.DisposeAsync();
        _open.Clear();
        var after = await OpenAsync(owner: "b");
        Assert.AreEqual(PartState.Decided, (await after.FindAsync("1", default))!.State);
        Assert.AreEqual(1, (await after.QueueAsync(default)).Pending);
        Assert.AreEqual("h", (await after.ModelsAsync(default)).Single().Live);
        Assert.AreEqual("v", await after.GetStateAsync("k", default));
        Assert.IsTrue((await AuditChain.VerifyAsync(after, default)).Intact);
    }

    [TestMethod]
    public async Task A_review_is_audited_and_only_for_decided_parts()
    {
        var journal = await OpenAsync();
        await journal.AcceptAsync(Part("1"), default);
        var review = new PartReview(Verdicts.Pass, "Ada", "dust", Clock.GetUtcNow(), true);
        Assert.IsFalse(await journal.ReviewAsync("1", review, default));
        await journal.DecideAsync(Decide("1", Verdicts.Reject), default);
        Assert.HasCount(1, await journal.ListAsync(new PartQuery { OpenReviews = true }, default));
        Assert.IsTrue(await journal.ReviewAsync("1", review, default));
        Assert.IsEmpty(await journal.ListAsync(new PartQuery { OpenReviews = true }, default));
        Assert.AreEqual("Ada", (await journal.ListAsync(new PartQuery { Overruled = true, Station = "cell", Verdict = Verdicts.Reject }, default)).Single().Review!.Reviewer);
        Assert.AreEqual(1, (await journal.HoursAsync(Clock.GetUtcNow().AddHours(-1), default)).Single().Overruled);
    }

    [TestMethod]
    [DataRow("UPDATE audit SET body = replace(body, 'Pass', 'Reject') WHERE number = 2", "row 2 (verdict of 'p1') was changed")]
    [DataRow("DELETE FROM audit WHERE number = 2", "row 2 is missing: 3 follows 1")]
    [DataRow("DELETE FROM audit WHERE number = 4", "rows 4 to 4 are missing at the end")]
    [DataRow("UPDATE audit SET subject = 'p9' WHERE number = 4", "row 4 (verdict of 'p9') was changed")]
    public async Task A_changed_or_missing_audit_row_is_found(string tampering, string expected)
    {
        var journal = await OpenAsync();
        for (int i = 0; i < 4; i++)
        {
            await journal.AcceptAsync(Part($"p{i}"), default);
            await journal.DecideAsync(Decide($"p{i}"), default);
        }
        Assert.IsTrue((await AuditChain.VerifyAsync(journal, default)).Intact);
        await TamperAsync(tampering);
        var found = await AuditChain.VerifyAsync(journal, default);
        Assert.IsFalse(found.Intact);
        Assert.AreEqual(expected, found.Problem);
    }

    private protected NewPart Part(string id) => new(id, "cell", "part", "test", $"{id}.image", "00", 100, Clock.GetUtcNow(), Clock.GetUtcNow().AddSeconds(10));

    private protected Decision Decide(string id, string verdict = Verdicts.Pass, params string[] sinks) => new(id, new LineVerdict
    {
        PartId = id,
        Station = "cell",
        Recipe = "part",
        Verdict = verdict,
        ImageHash = "00",
        AcceptedAt = Clock.GetUtcNow(),
        DecidedAt = Clock.GetUtcNow(),
        Service = "test",
        Result = new InspectionRecord { Path = id, Score = 1.5f, PValue = 0.25f },
    }, true, sinks);
}

[TestClass]
public sealed class SqliteJournalTests : JournalTests
{
    private readonly TestFolder _folder = new();

    private string FilePath => System.IO.Path.Combine(_folder.Path, "journal.db");

    private protected override IJournal Connect(JournalOptions options, string owner) => new SqliteJournal(options, FilePath, owner, Clock);

    // Somebody with the file and a tool: the triggers stop slips, the chain finds intent.
    private protected override async Task TamperAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        await connection.ExecuteAsync($"DROP TRIGGER audit_stays; DROP TRIGGER audit_remains; {sql}", default);
    }

    [TestMethod]
    public async Task A_second_service_on_the_same_file_is_refused()
    {
        await OpenAsync();
        await using var second = Connect(new JournalOptions(), "b");
        var error = await Assert.ThrowsExactlyAsync<DxmiException>(() => second.OpenAsync(default));
        StringAssert.Contains(error.Message, "is another service running on it?");
    }

    [TestMethod]
    public async Task Audit_rows_cannot_be_changed_or_deleted_by_slip()
    {
        var journal = await OpenAsync();
        await journal.AcceptAsync(Part("1"), default);
        await journal.DecideAsync(Decide("1"), default);
        await using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        Assert.ThrowsExactly<SqliteException>(() => connection.ExecuteAsync("DELETE FROM audit", default).GetAwaiter().GetResult());
        Assert.ThrowsExactly<SqliteException>(() => connection.ExecuteAsync("UPDATE audit SET body = ''", default).GetAwaiter().GetResult());
    }

    [TestCleanup]
    public async Task Remove()
    {
        await Close();
        _folder.Dispose();
    }
}

/// <summary>Needs a server: the environment variable DXMI_TEST_POSTGRES holds a connection string of a database that the tests may empty.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PostgresJournalTests : JournalTests
{
    private static readonly string? s_server = Environment.GetEnvironmentVariable("DXMI_TEST_POSTGRES");

    [TestInitialize]
    public async Task Empty()
    {
        if (s_server is null)
            Assert.Inconclusive("DXMI_TEST_POSTGRES names no PostgreSQL database.");
        await using var source = NpgsqlDataSource.Create(s_server);
        await using var command = source.CreateCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        await command.ExecuteNonQueryAsync();
    }

    private protected override IJournal Connect(JournalOptions options, string owner)
        => new PostgresJournal(options with { ConnectionString = s_server }, owner, Clock, NullLogger<PostgresJournal>.Instance);

    private protected override async Task TamperAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(s_server!);
        await using var command = source.CreateCommand($"DROP TRIGGER audit_stays ON audit; {sql}");
        await command.ExecuteNonQueryAsync();
    }

    [TestMethod]
    public async Task Two_services_share_the_parts_and_hear_of_each_other()
    {
        var a = await OpenAsync(owner: "a");
        var b = await OpenAsync(owner: "b");
        var heard = new TaskCompletionSource<string>();
        b.PartDecided += id => heard.TrySetResult(id);
        await Task.Delay(300);
        for (int i = 0; i < 10; i++)
            await a.AcceptAsync(Part($"{i}"), default);
        var claims = await Task.WhenAll(a.ClaimAsync(6, default), b.ClaimAsync(6, default));
        var ids = claims.SelectMany(parts => parts.Select(p => p.PartId)).ToArray();
        CollectionAssert.AllItemsAreUnique(ids);
        await a.DecideAsync(Decide("3"), default);
        Assert.AreEqual("3", await heard.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
