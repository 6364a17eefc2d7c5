namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class RetentionTests
{
    [TestMethod]
    public async Task Images_go_by_policy_and_never_before_the_verdict()
    {
        using var folder = new TestFolder();
        await using (var line = await TestLine.StartAsync(Keep(KeepImages.None), folder.Path, new ThrowingFailPoints("work.claimed", 1)))
        {
            (await line.PostAsync("open", SmallModel.Png(1), change: r => r.Headers.Add("Prefer", "respond-async"))).Dispose();
            await Eventually.Holds(async () => (await line.Journal.FindAsync("open", default))!.Attempts > 0, "a worker had it and died");
            await line.InspectAsync("decided", SmallModel.Png(2));
            await line.Delete();
            Assert.IsTrue((await line.Journal.FindAsync("decided", default))!.ImageGone);
            Assert.IsFalse((await line.Journal.FindAsync("open", default))!.ImageGone);
            Assert.AreEqual(404, (int)(await line.Client.GetAsync("/v1/parts/decided/image")).StatusCode);
            Assert.HasCount(1, Directory.GetFiles(Path.Combine(folder.Path, "images"), "*", SearchOption.AllDirectories));
        }
    }

    [TestMethod]
    public async Task Rejects_stay_and_passes_go_but_not_at_once()
    {
        await using var line = await TestLine.StartAsync(o => Keep(KeepImages.Rejects)(o) with { Images = Keep(KeepImages.Rejects)(o).Images with { PassSample = 0, Recent = TimeSpan.FromHours(1) } });
        await line.InspectAsync("bad", SmallModel.Png(2, scratched: true));
        for (int i = 0; i < 5; i++)
            await line.InspectAsync($"{i}", SmallModel.Png(i));
        await line.Delete();
        Assert.AreEqual(200, (int)(await line.Client.GetAsync("/v1/parts/0/image")).StatusCode);
        var parts = await line.Journal.DeletableImagesAsync(DateTimeOffset.UtcNow.AddHours(2), DateTimeOffset.UtcNow.AddDays(-1), 100, default);
        Assert.IsFalse(parts.Any(p => p.PartId == "bad"));
        Assert.IsTrue(parts.All(p => LineJson.Read<LineVerdict>(p.Verdict!).Verdict == "Pass"));
    }

    private static Func<LineOptions, LineOptions> Keep(KeepImages keep) => o => o with { Images = o.Images with { Keep = keep, Recent = TimeSpan.Zero } };
}

file static class Deleting
{
    public static async Task Delete(this TestLine line)
    {
        await Task.Delay(20);
        await line.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<Retention>().Single().DeleteAsync(default);
    }
}
