using DxmiMlNet.Decisions;
using DxmiMlNet.Line.Client;

namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class LineClientTests
{
    [TestMethod]
    public async Task A_part_goes_the_whole_way_through_the_client()
    {
        await using var line = await TestLine.StartAsync();
        using var client = new LineClient(line.Client.BaseAddress!);
        await using var watching = client.WatchVerdictsAsync().GetAsyncEnumerator();
        var next = watching.MoveNextAsync();
        await Task.Delay(300);
        var verdict = await client.InspectAsync(SmallModel.Png(2, scratched: true), new PartToInspect { PartId = "4711", Station = "cell-1" });
        Assert.AreEqual((Verdicts.Reject, "cell-1"), (verdict.Verdict, verdict.Station));
        Assert.IsTrue(await next);
        Assert.AreEqual("4711", watching.Current.PartId);
        Assert.AreEqual("4711", (await client.ListPartsAsync(new PartFilter { Review = ReviewFilter.Open, Station = "cell-1" })).Single().PartId);
        Assert.IsTrue((await client.ReviewAsync("4711", new ReviewRequest(Verdicts.Pass, "Ada", "dust"))).Review!.Overruled);
        Assert.IsTrue((await client.ReplayAsync("4711")).Agrees);
        CollectionAssert.AreEqual(SmallModel.Png(2, scratched: true), await client.GetImageAsync("4711"));
        Assert.AreEqual(0xFF, (await client.GetOverlayAsync("4711", 64))[0]);
        string later = await client.SubmitAsync(SmallModel.Png(1));
        await Eventually.Holds(async () => (await client.FindPartAsync(later))!.State == PartState.Decided, "the part is decided");
        Assert.IsNull(await client.FindPartAsync("unknown"));
        Assert.AreEqual(2, (await client.GetHoursAsync()).Sum(h => h.Pass + h.Review + h.Reject));
        Assert.AreEqual("part", (await client.GetRecipesAsync()).Single().Name);
        Assert.HasCount(2, await client.GetStationsAsync());
        Assert.AreEqual(0, (await client.GetQueueAsync()).Pending);
        Assert.IsTrue(await client.IsReadyAsync());
        Assert.IsTrue((await client.VerifyAuditAsync()).Intact);
        Assert.AreEqual("model", (await client.GetAuditAsync())[0].Kind);
    }

    [TestMethod]
    public async Task Models_are_changed_through_the_client()
    {
        await using var line = await TestLine.StartAsync();
        using var client = new LineClient(line.Client.BaseAddress!);
        string first = (await client.GetModelsAsync()).Single().Live!, second;
        await using (var file = File.OpenRead(SmallModel.OtherPath))
            second = (await client.UploadModelAsync("part", file)).Hash;
        Assert.AreEqual(second, (await client.SetShadowAsync("part", second)).Shadow);
        Assert.AreEqual(second, (await client.ActivateModelAsync("part", second)).Live);
        Assert.AreEqual(first, (await client.RollBackModelAsync("part")).Live);
    }

    [TestMethod]
    public async Task A_refusal_has_status_three_parts_and_the_time_to_come_back()
    {
        await using var line = await TestLine.StartAsync(o => o with { Journal = o.Journal with { MaxPending = 1 }, Http = o.Http with { Keys = [new() { Name = "a", Key = "line-key-line-key" }] } },
            failPoints: new ThrowingFailPoints("work.claimed", int.MaxValue));
        using var client = new LineClient(line.Client.BaseAddress!, "line-key-line-key");
        await client.SubmitAsync(SmallModel.Png(1));
        var full = await Assert.ThrowsExactlyAsync<LineProblemException>(() => client.InspectAsync(SmallModel.Png(2)));
        Assert.AreEqual((429, TimeSpan.FromSeconds(1), "1 parts wait."), (full.Status, full.RetryAfter!.Value, full.What));
        using var stranger = new LineClient(line.Client.BaseAddress!);
        var refused = await Assert.ThrowsExactlyAsync<LineProblemException>(() => stranger.GetQueueAsync());
        Assert.AreEqual(401, refused.Status);
        StringAssert.Contains(refused.Remedy, "Ask who runs the service");
    }
}
