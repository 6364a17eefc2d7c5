namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class FolderIntakeTests
{
    private readonly TestFolder _folder = new();

    private string In(string name) => Path.Combine(_folder.Path, "in", name);

    [TestInitialize]
    public void Make() => Directory.CreateDirectory(In("."));

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    [TestMethod]
    public async Task A_written_file_is_taken_in_and_moved_with_the_part_id_beside_it()
    {
        await using var line = await StartAsync(FolderPolicy.Move);
        File.WriteAllText(In("a.json"), """{ "partId": "from-sidecar", "recipe": "part" }""");
        File.WriteAllBytes(In("a.png"), SmallModel.Png(1));
        await Decided(line, "from-sidecar");
        await Eventually.Holds(() => File.Exists(In("done/a.png")) && File.Exists(In("done/a.json")), "both files are moved");
        Assert.AreEqual("cell", (await line.ReadAsync<PartView>("/v1/parts/from-sidecar")).Station);
    }

    [TestMethod]
    public async Task A_file_that_still_grows_is_left_alone()
    {
        await using var line = await StartAsync(FolderPolicy.Move, settle: 400);
        byte[] png = SmallModel.Png(1);
        using (var stream = new FileStream(In("slow.png"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
        {
            for (int i = 0; i < png.Length; i += png.Length / 8)
            {
                stream.Write(png, i, Math.Min(png.Length / 8, png.Length - i));
                stream.Flush();
                await Task.Delay(150);
                Assert.IsEmpty(await line.Journal.ListAsync(new PartQuery(), default));
            }
        }
        await Eventually.Holds(() => File.Exists(In("done/slow.png")), "the whole file is taken in");
        await Eventually.Holds(async () => (await line.Journal.QueueAsync(default)).Pending == 0, "it is decided");
        Assert.IsNull((await line.ReadAsync<PartView[]>("/v1/parts")).Single().Verdict!.Reason);
    }

    [TestMethod]
    public async Task A_crash_between_journal_and_move_gives_the_part_no_second_verdict()
    {
        await using (var line = await StartAsync(FolderPolicy.Move, failPoints: new ThrowingFailPoints("accept.journalled", int.MaxValue)))
        {
            // Not before it listens: the crash ends the service.
            File.WriteAllBytes(In("a.png"), SmallModel.Png(1));
            await Eventually.Holds(async () => (await line.Journal.ListAsync(new PartQuery(), default)).Count == 1, "it is in the journal");
        }
        Assert.IsTrue(File.Exists(In("a.png")));
        await using var after = await StartAsync(FolderPolicy.Move);
        await Eventually.Holds(() => File.Exists(In("done/a.png")), "the file is moved after all");
        await Eventually.Holds(async () => (await after.Journal.QueueAsync(default)).Pending == 0, "it is decided");
        Assert.HasCount(1, await after.ReadAsync<PartView[]>("/v1/parts"));
    }

    [TestMethod]
    public async Task Kept_files_are_taken_in_once_even_over_a_restart_and_again_when_they_change()
    {
        File.WriteAllBytes(In("a.png"), SmallModel.Png(1));
        await using (var line = await StartAsync(FolderPolicy.Keep))
            await Eventually.Holds(async () => (await line.Journal.ListAsync(new PartQuery(), default)).Count == 1, "it is in the journal");
        await using var after = await StartAsync(FolderPolicy.Keep);
        await Task.Delay(400);
        Assert.HasCount(1, await after.Journal.ListAsync(new PartQuery(), default));
        File.WriteAllBytes(In("a.png"), SmallModel.Png(2));
        File.SetLastWriteTimeUtc(In("a.png"), DateTime.UtcNow.AddSeconds(-2));
        await Eventually.Holds(async () => (await after.Journal.ListAsync(new PartQuery(), default)).Count == 2, "the other image is another part");
        Assert.IsTrue(File.Exists(In("a.png")));
    }

    [TestMethod]
    public async Task Deleted_files_leave_only_the_journals_copy()
    {
        await using var line = await StartAsync(FolderPolicy.Delete);
        File.WriteAllBytes(In("a.png"), SmallModel.Png(1));
        await Eventually.Holds(() => !File.Exists(In("a.png")), "the file is deleted");
        await Eventually.Holds(async () => (await line.Journal.QueueAsync(default)).Pending == 0, "it is decided");
        Assert.HasCount(1, Directory.GetFiles(Path.Combine(line.Data, "images"), "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public async Task What_is_no_image_or_leads_elsewhere_is_not_taken_in()
    {
        await using var line = await StartAsync(FolderPolicy.Move);
        string outside = _folder.Write("secret.png", SmallModel.Png(3));
        File.CreateSymbolicLink(In("link.png"), outside);
        File.WriteAllText(In("text.png"), "no image");
        File.WriteAllBytes(In("b.png"), SmallModel.Png(1));
        File.WriteAllText(In("b.json"), """{ "partId": "../b" }""");
        await Eventually.Holds(() => File.Exists(In("refused/text.png")) && File.Exists(In("refused/b.png")), "both are refused");
        StringAssert.Contains(File.ReadAllText(In("refused/text.png.error.json")), "no image of a known format");
        Assert.IsTrue(File.Exists(outside));
        Assert.IsEmpty(await line.Journal.ListAsync(new PartQuery(), default));
    }

    [TestMethod]
    public async Task Files_wait_while_the_queue_is_full()
    {
        for (int i = 0; i < 4; i++)
            File.WriteAllBytes(In($"{i}.png"), SmallModel.Png(i));
        await using var line = await StartAsync(FolderPolicy.Move, failPoints: new ThrowingFailPoints("work.claimed", 1), pending: 1);
        await Eventually.Holds(async () => (await line.Journal.QueueAsync(default)).Pending == 1, "one is taken in");
        Assert.IsGreaterThanOrEqualTo(3, Directory.GetFiles(In("."), "*.png").Length);
        await Eventually.Holds(() => Directory.GetFiles(In("."), "*.png").Length == 0, "the others follow");
    }

    private Task<TestLine> StartAsync(FolderPolicy policy, int settle = 60, FailPoints? failPoints = null, int pending = 100) => TestLine.StartAsync(o => o with
    {
        Journal = o.Journal with { MaxPending = pending, Lease = TimeSpan.FromSeconds(1) },
        Folders = [new FolderOptions { Path = In("."), Station = "cell", Done = policy, Interval = TimeSpan.FromMilliseconds(30), Settle = TimeSpan.FromMilliseconds(settle) }],
    }, _folder.File("data"), failPoints);

    private static Task Decided(TestLine line, string id)
        => Eventually.Holds(async () => (await line.Journal.FindAsync(id, default))?.State == PartState.Decided, $"part {id} is decided");
}
