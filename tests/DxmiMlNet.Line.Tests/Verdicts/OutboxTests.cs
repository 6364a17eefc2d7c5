using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class OutboxTests
{
    private const string Secret = "a shared secret of the line";

    [TestMethod]
    public async Task A_webhook_is_told_every_verdict_signed_and_again_until_it_takes_it()
    {
        var told = new ConcurrentQueue<(string Signature, string Body)>();
        int calls = 0;
        await using var receiver = WebApplication.CreateSlimBuilder().Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        receiver.MapPost("/hook", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            told.Enqueue((context.Request.Headers[WebhookSink.SignatureHeader]!, await reader.ReadToEndAsync()));
            return Interlocked.Increment(ref calls) == 1 ? Results.StatusCode(503) : Results.Ok();
        });
        await receiver.StartAsync();
        await using var line = await TestLine.StartAsync(o => o with { Webhooks = [new WebhookOptions { Url = $"{receiver.Urls.First()}/hook", Secret = Secret }] });
        await line.InspectAsync("w1", SmallModel.Png(1));
        await Eventually.Holds(async () => (await line.ReadAsync<QueueState>("/v1/queue")).Undelivered == 0, "it is delivered");
        Assert.HasCount(2, told);
        var (signature, body) = told.Last();
        Assert.AreEqual("w1", LineJson.Read<LineVerdict>(body).PartId);
        long seconds = long.Parse(signature.Split(',')[0]["t=".Length..]);
        Assert.AreEqual(WebhookSink.Sign(Secret, seconds, body), signature);
    }

    [TestMethod]
    public void A_signature_is_the_hmac_of_time_and_body()
        => Assert.AreEqual("t=1700000000,v1=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("key"u8, "1700000000.{}"u8)), WebhookSink.Sign("key", 1_700_000_000, "{}"));

    [TestMethod]
    public void Pauses_grow_from_half_a_second_to_five_minutes()
    {
        Assert.AreEqual(TimeSpan.FromSeconds(0.5), OutboxSender.Pause(1));
        Assert.AreEqual(TimeSpan.FromSeconds(4), OutboxSender.Pause(4));
        Assert.AreEqual(TimeSpan.FromMinutes(5), OutboxSender.Pause(1000));
    }

    [TestMethod]
    public async Task Result_files_are_written_also_for_verdicts_of_a_run_that_died_before()
    {
        using var folder = new TestFolder();
        LineOptions Change(LineOptions o) => o with { ResultFolder = Path.Combine(folder.Path, "results") };
        await using (var line = await TestLine.StartAsync(Change, folder.Path, services: s => s.AddSingleton<FailPoints>(new ThrowingFailPoints("outbox.sent", int.MaxValue))))
            await line.InspectAsync("r1", SmallModel.Png(1));
        await using var after = await TestLine.StartAsync(Change, folder.Path);
        string file = Path.Combine(folder.Path, "results", "r1.json");
        await Eventually.Holds(() => File.Exists(file), "the file is there", 60);
        Assert.AreEqual("r1", LineJson.Read<LineVerdict>(File.ReadAllText(file)).PartId);
    }
}
