using DxmiMlNet.Decisions;

namespace DxmiMlNet.Line.Tests;

/// <summary>The service ends between two steps, and another starts on the same folder.</summary>
[TestClass]
public sealed class CrashTests
{
    [TestMethod]
    public async Task A_part_whose_image_is_written_but_not_journalled_was_never_accepted_and_can_be_sent_again()
    {
        using var folder = new TestFolder();
        await using (var line = await TestLine.StartAsync(data: folder.Path, failPoints: new ThrowingFailPoints("accept.image-written")))
        {
            using var response = await line.PostAsync("1", SmallModel.Png(1));
            Assert.AreEqual(500, (int)response.StatusCode);
            Assert.IsNull(await line.Journal.FindAsync("1", default));
        }
        await using var after = await TestLine.StartAsync(data: folder.Path);
        Assert.AreEqual("1", (await after.InspectAsync("1", SmallModel.Png(1))).PartId);
        // The orphan goes once it is older than any acceptance takes; the part's own image stays.
        await after.Get<ImageStore>().SweepAsync(name => after.Journal.IsImageNamedAsync(name, default), TimeSpan.FromSeconds(-1), default);
        Assert.HasCount(1, Directory.GetFiles(Path.Combine(folder.Path, "images"), "*", SearchOption.AllDirectories));
        Assert.IsNotEmpty(await after.Client.GetByteArrayAsync("/v1/parts/1/image"));
    }

    [TestMethod]
    public async Task A_part_that_is_journalled_but_not_acknowledged_is_decided_all_the_same_and_sending_again_gives_that_verdict()
    {
        using var folder = new TestFolder();
        await using (var line = await TestLine.StartAsync(data: folder.Path, failPoints: new ThrowingFailPoints("accept.journalled")))
        {
            using var response = await line.PostAsync("1", SmallModel.Png(1));
            Assert.AreEqual(500, (int)response.StatusCode);
        }
        await using var after = await TestLine.StartAsync(data: folder.Path);
        using var again = await after.PostAsync("1", SmallModel.Png(1));
        Assert.AreEqual("true", again.Headers.GetValues("Dxmi-Duplicate").Single());
        Assert.AreEqual(1, (await AuditChain.VerifyAsync(after.Journal, default)).Rows - ModelRows(await after.Journal.AuditAsync(0, 100, default)));
    }

    [TestMethod]
    [DataRow("work.claimed")]
    [DataRow("decide.before")]
    [DataRow("decide.committed")]
    public async Task A_worker_that_dies_costs_no_part_and_doubles_none(string place)
    {
        using var folder = new TestFolder();
        await using (var line = await TestLine.StartAsync(data: folder.Path, failPoints: new ThrowingFailPoints(place, 3)))
        {
            for (int i = 0; i < 6; i++)
                (await line.PostAsync($"{i}", SmallModel.Png(i), change: r => r.Headers.Add("Prefer", "respond-async"))).EnsureSuccessStatusCode().Dispose();
        }
        await using var after = await TestLine.StartAsync(data: folder.Path);
        await Eventually.Holds(async () => (await after.Journal.QueueAsync(default)).Pending == 0, "all parts are decided");
        var audit = await after.Journal.AuditAsync(0, 100, default);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 6).Select(i => $"{i}").ToArray(), audit.Where(row => row.Kind == "verdict").Select(row => row.Subject).ToArray());
        Assert.IsTrue((await AuditChain.VerifyAsync(after.Journal, default)).Intact);
    }

    [TestMethod]
    public async Task A_part_that_fails_every_time_goes_to_review()
    {
        await using var line = await TestLine.StartAsync(o => o with { Journal = o.Journal with { Lease = TimeSpan.FromSeconds(1), MaxAttempts = 1 } },
            failPoints: new ThrowingFailPoints("work.claimed", 1));
        var verdict = await line.InspectAsync("1", SmallModel.Png(1));
        Assert.AreEqual((Verdicts.Review, "attempts"), (verdict.Verdict, verdict.Reason));
    }

    [TestMethod]
    public async Task A_missing_image_goes_to_review()
    {
        using var folder = new TestFolder();
        await using (var line = await TestLine.StartAsync(data: folder.Path, failPoints: new ThrowingFailPoints("work.claimed")))
            (await line.PostAsync("1", SmallModel.Png(1), change: r => r.Headers.Add("Prefer", "respond-async"))).Dispose();
        foreach (string image in Directory.GetFiles(Path.Combine(folder.Path, "images"), "*", SearchOption.AllDirectories))
            File.Delete(image);
        await using var after = await TestLine.StartAsync(data: folder.Path);
        await Eventually.Holds(async () => (await after.ReadAsync<PartView>("/v1/parts/1")).Verdict?.Reason == "image", "the part is for review");
    }

    [TestMethod]
    public async Task Stopping_finishes_what_is_begun_and_refuses_what_comes()
    {
        using var folder = new TestFolder();
        await using (var line = await TestLine.StartAsync(data: folder.Path))
        {
            var answers = Enumerable.Range(0, 8).Select(i => line.PostAsync($"{i}", SmallModel.Png(i))).ToArray();
            await Eventually.Holds(async () => (await line.Journal.ListAsync(new PartQuery(), default)).Count == 8, "all are accepted");
            await line.StopAsync();
            foreach (var answer in await Task.WhenAll(answers))
                Assert.AreEqual(200, (int)answer.StatusCode);
        }
    }

    private static int ModelRows(IReadOnlyList<AuditRow> rows) => rows.Count(row => row.Kind == "model");
}
