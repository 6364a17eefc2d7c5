using System.Net;

namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class ModelSwitchTests
{
    [TestMethod]
    public async Task A_model_is_uploaded_switched_and_rolled_back_under_load_and_every_verdict_names_its_model()
    {
        await using var line = await TestLine.StartAsync();
        string first = (await line.ReadAsync<ModelView>("/v1/models/part")).Live!;
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            var verdicts = new List<LineVerdict>();
            for (int i = 0; !stop.IsCancellationRequested; i++)
                verdicts.Add(await line.InspectAsync($"p{i}", SmallModel.Png(i % 10)));
            return verdicts;
        });
        using var put = await line.Client.PutAsync("/v1/models/part?activate=true", new ByteArrayContent(File.ReadAllBytes(SmallModel.OtherPath)));
        Assert.AreEqual(HttpStatusCode.Created, put.StatusCode, await put.Content.ReadAsStringAsync());
        string second = LineJson.Read<ModelFileView>(await put.Content.ReadAsStringAsync()).Hash;
        Assert.AreNotEqual(first, second);
        await Task.Delay(200);
        using var back = await line.Client.PostAsync("/v1/models/part/rollback", null);
        Assert.AreEqual(first, LineJson.Read<ModelSlot>(await back.Content.ReadAsStringAsync()).Live);
        await Task.Delay(200);
        await stop.CancelAsync();
        var verdicts = await load;
        CollectionAssert.AreEquivalent(new[] { first, second }, verdicts.Select(v => v.Model!.Hash).Distinct().ToArray());
        Assert.AreEqual(first, verdicts[^1].Model!.Hash);
        Assert.IsTrue(verdicts.TrueForAll(v => v.Reason is null));
        // With the model that made it, whichever is live now.
        var old = verdicts.First(v => v.Model!.Hash == second);
        Assert.IsTrue((await line.ReadAsync<ReplayedDecision>($"/v1/parts/{old.PartId}/replay")).Agrees);
    }

    [TestMethod]
    public async Task A_shadow_model_scores_beside_the_live_one_without_a_say()
    {
        await using var line = await TestLine.StartAsync();
        using var put = await line.Client.PutAsync("/v1/models/part", new ByteArrayContent(File.ReadAllBytes(SmallModel.OtherPath)));
        string other = LineJson.Read<ModelFileView>(await put.Content.ReadAsStringAsync()).Hash;
        using var shadow = await line.Client.PutAsync("/v1/models/part/shadow", new StringContent($$"""{ "hash": "{{other}}" }""", System.Text.Encoding.UTF8, "application/json"));
        Assert.AreEqual(HttpStatusCode.OK, shadow.StatusCode);
        var verdict = await line.InspectAsync("1", SmallModel.Png(1));
        Assert.AreEqual(other, verdict.Shadow!.Hash);
        Assert.AreNotEqual(other, verdict.Model!.Hash);
        Assert.AreEqual(verdict.Result!.Score!.Value, verdict.Shadow.Score!.Value, 1e-5f);
    }

    [TestMethod]
    public async Task A_damaged_or_unknown_model_never_goes_live()
    {
        await using var line = await TestLine.StartAsync();
        string live = (await line.ReadAsync<ModelView>("/v1/models/part")).Live!;
        byte[] damaged = File.ReadAllBytes(SmallModel.OtherPath);
        damaged[damaged.Length / 2] ^= 0xFF;
        Assert.AreEqual(422, (int)(await line.Client.PutAsync("/v1/models/part?activate=true", new ByteArrayContent(damaged))).StatusCode);
        Assert.AreEqual(422, (int)(await line.Client.PostAsync("/v1/models/part/rollback", null)).StatusCode);
        using var unknown = new StringContent("""{ "hash": "../../secret" }""", System.Text.Encoding.UTF8, "application/json");
        Assert.AreEqual(422, (int)(await line.Client.PostAsync("/v1/models/part/activate", unknown)).StatusCode);
        Assert.AreEqual(live, (await line.ReadAsync<ModelView>("/v1/models/part")).Live);
        Assert.HasCount(1, (await line.ReadAsync<ModelView>("/v1/models/part")).Files);
    }

    [TestMethod]
    public async Task The_model_that_was_live_is_live_after_the_next_start()
    {
        using var folder = new TestFolder();
        string second;
        await using (var line = await TestLine.StartAsync(data: folder.Path))
        {
            using var put = await line.Client.PutAsync("/v1/models/part?activate=true", new ByteArrayContent(File.ReadAllBytes(SmallModel.OtherPath)));
            second = LineJson.Read<ModelFileView>(await put.Content.ReadAsStringAsync()).Hash;
        }
        await using var after = await TestLine.StartAsync(data: folder.Path);
        Assert.AreEqual(second, (await after.InspectAsync("1", SmallModel.Png(1))).Model!.Hash);
    }
}
