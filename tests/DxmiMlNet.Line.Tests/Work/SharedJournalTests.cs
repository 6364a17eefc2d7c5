using Npgsql;

namespace DxmiMlNet.Line.Tests;

/// <summary>Several services on one PostgreSQL database (DXMI_TEST_POSTGRES, which the tests empty) and one folder.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SharedJournalTests
{
    private static readonly string? s_server = Environment.GetEnvironmentVariable("DXMI_TEST_POSTGRES");
    private readonly TestFolder _folder = new();

    [TestInitialize]
    public async Task Empty()
    {
        if (s_server is null)
            Assert.Inconclusive("DXMI_TEST_POSTGRES names no PostgreSQL database.");
        await using var source = NpgsqlDataSource.Create(s_server);
        await using var command = source.CreateCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        await command.ExecuteNonQueryAsync();
    }

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    [TestMethod]
    public async Task A_service_whose_workers_die_answers_with_the_verdicts_of_the_other()
    {
        await using var a = await StartAsync("a", new ThrowingFailPoints("work.claimed", int.MaxValue));
        await using var b = await StartAsync("b");
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => a.InspectAsync($"p{i}", SmallModel.Png(i))));
        Assert.IsTrue(verdicts.All(v => v is { Service: "b", Reason: null }));
        Assert.AreEqual(12, (await a.Journal.AuditAsync(0, 100, default)).Count(row => row.Kind == "verdict"));
        Assert.IsTrue((await AuditChain.VerifyAsync(b.Journal, default)).Intact);
    }

    [TestMethod]
    public async Task A_model_switched_through_one_service_is_live_in_the_other_and_its_watchers_see_all_parts()
    {
        await using var a = await StartAsync("a");
        await using var b = await StartAsync("b");
        using var put = await a.Client.PutAsync("/v1/models/part?activate=true", new ByteArrayContent(File.ReadAllBytes(SmallModel.OtherPath)));
        string hash = LineJson.Read<ModelFileView>(await put.Content.ReadAsStringAsync()).Hash;
        await Eventually.Holds(() => b.Get<LiveModels>().Rent("part") is { } live && Returned(live).Model.Hash == hash, "it is live in the other");
        using var stop = new CancellationTokenSource();
        var seen = Task.Run(async () =>
        {
            await foreach (var happened in b.Get<ILineEvents>().WatchAsync(0, stop.Token))
                if (happened is { Type: "decided", Data: LineVerdict { PartId: "seen" } verdict })
                    return verdict;
            return null;
        });
        await a.InspectAsync("seen", SmallModel.Png(1));
        Assert.AreEqual(hash, (await seen.WaitAsync(TimeSpan.FromSeconds(30)))!.Model!.Hash);
        await stop.CancelAsync();
    }

    private static LiveRecipe Returned(LiveRecipe live)
    {
        LiveModels.Return(live);
        return live;
    }

    private Task<TestLine> StartAsync(string name, FailPoints? failPoints = null) => TestLine.StartAsync(o => o with
    {
        Name = name,
        Journal = new JournalOptions { Kind = JournalKind.Postgres, ConnectionString = s_server, Lease = TimeSpan.FromSeconds(1), MaxAttempts = 1000 },
    }, _folder.Path, failPoints);
}
