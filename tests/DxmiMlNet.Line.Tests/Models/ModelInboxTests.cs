namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class ModelInboxTests
{
    [TestMethod]
    public async Task A_model_found_in_the_folder_is_stored_and_live_only_where_none_was()
    {
        using var inbox = new TestFolder();
        File.Copy(SmallModel.OtherPath, inbox.File("part.zip"));
        File.Copy(SmallModel.OtherPath, inbox.File("new.zip"));
        File.WriteAllBytes(inbox.File("broken.zip"), new byte[1000]);
        await using var line = await TestLine.StartAsync(o => o with { ModelInbox = inbox.Path, Recipes = new(o.Recipes) { ["new"] = new RecipeOptions { Stations = ["cell-2"] } } });
        string live = (await line.ReadAsync<ModelView>("/v1/models/part")).Live!;
        await Eventually.Holds(() => Directory.GetFiles(inbox.Path, "*.zip").Length == 0, "all are taken");
        var part = await line.ReadAsync<ModelView>("/v1/models/part");
        Assert.AreEqual(live, part.Live);
        Assert.HasCount(2, part.Files);
        Assert.IsNotNull((await line.ReadAsync<ModelView>("/v1/models/new")).Live);
        Assert.AreEqual("new", (await line.InspectAsync("1", SmallModel.Png(1), "station=cell-2")).Model!.Name);
        StringAssert.Contains(File.ReadAllText(inbox.File("refused/broken.zip.error.json")), "expected");
        Assert.HasCount(2, Directory.GetFiles(inbox.File("stored")));
    }
}
