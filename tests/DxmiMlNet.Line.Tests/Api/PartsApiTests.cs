using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DxmiMlNet.Decisions;

namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class PartsApiTests
{
    [TestMethod]
    public async Task A_posted_part_is_answered_with_the_verdict_of_the_model()
    {
        await using var line = await TestLine.StartAsync();
        byte[] png = SmallModel.Png(1);
        var verdict = await line.InspectAsync("p1", png, "station=cell-1");
        using var model = InspectionModel.Load(SmallModel.Path);
        var direct = model.Inspect(InspectionSource.Encoded(png));
        Assert.AreEqual(direct.Score, verdict.Result!.Score!.Value, 1e-4f);
        Assert.AreEqual(direct.Verdict, verdict.Verdict);
        Assert.AreEqual("cell-1", verdict.Station);
        Assert.AreEqual(model.Describe().Hash, verdict.Model!.Hash, ignoreCase: true);
        Assert.AreEqual(model.Describe().RejectThreshold, verdict.Model.RejectThreshold);
        Assert.IsGreaterThan(0, verdict.Timings!.Score);
        Assert.AreEqual(Verdicts.Reject, (await line.InspectAsync("p2", SmallModel.Png(2, scratched: true))).Verdict);
    }

    [TestMethod]
    public async Task A_form_carries_part_id_station_and_recipe()
    {
        await using var line = await TestLine.StartAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("f1"), "partId" },
            { new StringContent("cell-2"), "station" },
            { new StringContent("part"), "recipe" },
            { new ByteArrayContent(SmallModel.Png(1)), "image", "photo.png" },
        };
        using var response = await line.Client.PostAsync("/v1/parts", form);
        var verdict = LineJson.Read<LineVerdict>(await response.Content.ReadAsStringAsync());
        Assert.AreEqual(("f1", "cell-2", "part"), (verdict.PartId, verdict.Station, verdict.Recipe));
    }

    [TestMethod]
    public async Task Who_does_not_wait_gets_a_status_address_and_finds_the_verdict_there()
    {
        await using var line = await TestLine.StartAsync();
        using var response = await line.PostAsync("later", SmallModel.Png(1), change: r => r.Headers.Add("Prefer", "respond-async"));
        Assert.AreEqual(HttpStatusCode.Accepted, response.StatusCode);
        Assert.AreEqual("/v1/parts/later", response.Headers.Location!.ToString());
        await Eventually.Holds(async () => (await line.ReadAsync<PartView>("/v1/parts/later")).State == PartState.Decided, "the part is decided");
        Assert.AreEqual("later", (await line.ReadAsync<PartView>("/v1/parts/later")).Verdict!.PartId);
    }

    [TestMethod]
    public async Task A_duplicate_is_answered_with_the_first_verdict()
    {
        await using var line = await TestLine.StartAsync();
        var first = await line.InspectAsync("twice", SmallModel.Png(1));
        using var response = await line.PostAsync("twice", SmallModel.Png(2, scratched: true));
        Assert.AreEqual("true", response.Headers.GetValues("Dxmi-Duplicate").Single());
        var second = LineJson.Read<LineVerdict>(await response.Content.ReadAsStringAsync());
        Assert.AreEqual((first.DecidedAt, first.ImageHash), (second.DecidedAt, second.ImageHash));
        Assert.HasCount(1, Directory.GetFiles(Path.Combine(line.Data, "images"), "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public async Task What_cannot_be_taken_in_is_refused_with_a_problem_document()
    {
        await using var line = await TestLine.StartAsync(o => o with { Http = o.Http with { MaxImageBytes = 200_000, MaxPixels = 1_000_000 } });
        byte[] good = SmallModel.Png(1);
        await Refused(line, 415, () => line.PostAsync("a", "no image at all"u8.ToArray()));
        await Refused(line, 415, () => line.PostAsync("a", []));
        await Refused(line, 413, () => line.PostAsync("a", WithSize(good, 2000)));
        await Refused(line, 413, () => line.PostAsync("a", WithSize(good, 50_000)));
        await Refused(line, 413, () => line.PostAsync("a", new byte[300_000]));
        await Refused(line, 400, () => line.PostAsync("..%2F..%2Fetc", good));
        await Refused(line, 400, () => line.PostAsync("a", good, "station=a%2Fb"));
        await Refused(line, 422, () => line.PostAsync("a", good, "recipe=unknown"));
        await Refused(line, 404, () => line.Client.GetAsync("/v1/parts/a"));
        await Refused(line, 404, () => line.Client.GetAsync("/v1/parts/..%2F..%2Fsecret"));
        await Refused(line, 404, () => line.Client.GetAsync("/nowhere"));
        await Refused(line, 405, () => line.Client.DeleteAsync("/v1/parts"));
        await Refused(line, 400, () => line.Client.GetAsync("/v1/parts?limit=100000"));
        await Refused(line, 400, () => line.Client.PostAsync("/v1/parts", new StringContent("x", new MediaTypeHeaderValue("multipart/form-data"))));
        using var field = new MultipartFormDataContent { { new StringContent("x"), "unknown" } };
        await Refused(line, 400, () => line.Client.PostAsync("/v1/parts", field));
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "/v1/queue") { Headers = { { "Origin", "https://elsewhere.example" } } };
        await Refused(line, 403, () => line.Client.SendAsync(elsewhere));
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/v1/queue") { Headers = { Host = "elsewhere.example" } };
        await Refused(line, 403, () => line.Client.SendAsync(rebound));
        Assert.AreEqual(0, (await line.ReadAsync<QueueState>("/v1/queue")).Pending);
        Assert.IsFalse(Directory.Exists(Path.Combine(line.Data, "images")) && Directory.EnumerateFiles(Path.Combine(line.Data, "images"), "*", SearchOption.AllDirectories).Any());
    }

    [TestMethod]
    public async Task A_damaged_image_with_a_good_header_goes_to_review()
    {
        await using var line = await TestLine.StartAsync();
        var verdict = await line.InspectAsync("cut", SmallModel.Png(1)[..200]);
        Assert.AreEqual((Verdicts.Review, "image"), (verdict.Verdict, verdict.Reason));
        StringAssert.Contains(verdict.Result!.Error, "cut");
    }

    [TestMethod]
    public async Task A_full_queue_answers_429_with_the_time_to_come_back()
    {
        await using var line = await TestLine.StartAsync(o => o with { Journal = o.Journal with { MaxPending = 1 } }, failPoints: new ThrowingFailPoints("work.claimed", int.MaxValue));
        using var first = await line.PostAsync("1", SmallModel.Png(1), change: r => r.Headers.Add("Prefer", "respond-async"));
        Assert.AreEqual(HttpStatusCode.Accepted, first.StatusCode);
        using var second = await line.PostAsync("2", SmallModel.Png(1));
        Assert.AreEqual(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.AreEqual(TimeSpan.FromSeconds(1), second.Headers.RetryAfter!.Delta);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, (await line.Client.GetAsync("/health/ready")).StatusCode);
    }

    [TestMethod]
    public async Task A_full_disk_answers_507_and_readiness_says_so()
    {
        await using var line = await TestLine.StartAsync(o => o with { Images = o.Images with { MinimumFreeMegabytes = 1L << 40 } });
        using var response = await line.PostAsync("1", SmallModel.Png(1));
        Assert.AreEqual(507, (int)response.StatusCode);
        using var ready = await line.Client.GetAsync("/health/ready");
        StringAssert.Contains(await ready.Content.ReadAsStringAsync(), "the disk is full");
        Assert.AreEqual(HttpStatusCode.OK, (await line.Client.GetAsync("/health/live")).StatusCode);
    }

    [TestMethod]
    public async Task A_part_without_verdict_in_time_becomes_review()
    {
        await using var line = await TestLine.StartAsync(o => o with { Recipes = new() { ["part"] = o.Recipes["part"] with { Deadline = TimeSpan.FromMilliseconds(200) } } },
            failPoints: new ThrowingFailPoints("work.claimed", int.MaxValue));
        var verdict = await line.InspectAsync("slow", SmallModel.Png(1));
        Assert.AreEqual((Verdicts.Review, "deadline"), (verdict.Verdict, verdict.Reason));
    }

    [TestMethod]
    public async Task Keys_open_what_their_role_may_do_and_nothing_more()
    {
        ApiKeyOptions[] keys = [new() { Name = "plc", Key = "line-key-line-key", Role = ApiRole.Line }, new() { Name = "qa", Key = "review-key-review", Role = ApiRole.Reviewer },
            new() { Name = "boss", Key = "admin-key-admin-key", Role = ApiRole.Admin }];
        await using var line = await TestLine.StartAsync(o => o with { Http = o.Http with { Keys = [.. keys] } });
        async Task<int> Status(HttpMethod method, string url, string? key, HttpContent? content = null)
        {
            using var request = new HttpRequestMessage(method, url) { Content = content };
            if (key is not null)
                request.Headers.Add("X-Api-Key", key);
            return (int)(await line.Client.SendAsync(request)).StatusCode;
        }

        Assert.AreEqual(401, await Status(HttpMethod.Get, "/v1/queue", null));
        Assert.AreEqual(401, await Status(HttpMethod.Get, "/v1/queue", "line-key-line-kez"));
        Assert.AreEqual(200, await Status(HttpMethod.Get, "/v1/queue", keys[0].Key));
        Assert.AreEqual(403, await Status(HttpMethod.Get, "/v1/audit", keys[0].Key));
        Assert.AreEqual(200, await Status(HttpMethod.Get, "/v1/audit", keys[1].Key));
        Assert.AreEqual(403, await Status(HttpMethod.Put, "/v1/models/m", keys[1].Key, new ByteArrayContent([1])));
        Assert.AreEqual(422, await Status(HttpMethod.Put, "/v1/models/m", keys[2].Key, new ByteArrayContent([1])));
        Assert.AreEqual(200, await Status(HttpMethod.Get, "/health/ready", null));
        line.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", keys[0].Key);
        Assert.AreEqual(200, (int)(await line.Client.GetAsync("/v1/recipes")).StatusCode);
    }

    [TestMethod]
    public async Task A_reviewer_overrules_with_name_and_reason()
    {
        await using var line = await TestLine.StartAsync();
        await line.InspectAsync("r1", SmallModel.Png(2, scratched: true));
        Assert.AreEqual("r1", (await line.ReadAsync<PartView[]>("/v1/parts?review=open")).Single().PartId);
        using var incomplete = await line.Client.PostAsync("/v1/parts/r1/review", Json(new ReviewRequest("Pass", "", "dust")));
        Assert.AreEqual(HttpStatusCode.BadRequest, incomplete.StatusCode);
        using var unknown = await line.Client.PostAsync("/v1/parts/r2/review", Json(new ReviewRequest("Pass", "Ada", "dust")));
        Assert.AreEqual(HttpStatusCode.NotFound, unknown.StatusCode);
        using var response = await line.Client.PostAsync("/v1/parts/r1/review", Json(new ReviewRequest("Pass", "Ada", "dust")));
        var view = LineJson.Read<PartView>(await response.Content.ReadAsStringAsync());
        Assert.IsTrue(view.Review!.Overruled);
        Assert.AreEqual(Verdicts.Reject, view.Verdict!.Verdict);
        Assert.IsEmpty(await line.ReadAsync<PartView[]>("/v1/parts?review=open"));
        Assert.AreEqual("review", (await line.ReadAsync<AuditRow[]>("/v1/audit"))[^1].Kind);
    }

    [TestMethod]
    public async Task Photograph_heat_map_and_replay_of_a_part_can_be_had()
    {
        await using var line = await TestLine.StartAsync();
        byte[] png = SmallModel.Png(3, scratched: true);
        await line.InspectAsync("s", png);
        CollectionAssert.AreEqual(png, await line.Client.GetByteArrayAsync("/v1/parts/s/image"));
        byte[] overlay = await line.Client.GetByteArrayAsync("/v1/parts/s/overlay");
        Assert.AreEqual(0x89, overlay[0]);
        var replayed = await line.ReadAsync<ReplayedDecision>("/v1/parts/s/replay");
        Assert.IsTrue(replayed.Agrees);
        Assert.AreEqual(replayed.ScoreThen, replayed.ScoreNow);
    }

    [TestMethod]
    public async Task Whoever_watches_sees_parts_come_and_be_decided()
    {
        await using var line = await TestLine.StartAsync();
        using var stream = await line.Client.GetStreamAsync("/v1/events");
        using var reader = new StreamReader(stream);
        await reader.ReadLineAsync();
        await line.InspectAsync("seen", SmallModel.Png(1));
        var lines = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!lines.Contains("event: decided") || lines[^1] != "")
            lines.Add((await reader.ReadLineAsync(limit.Token))!);
        CollectionAssert.Contains(lines, "event: accepted");
        string data = lines[lines.IndexOf("event: decided") + 1];
        Assert.AreEqual("seen", LineJson.Read<LineVerdict>(data["data: ".Length..]).PartId);
    }

    [TestMethod]
    public async Task The_interface_describes_itself()
    {
        await using var line = await TestLine.StartAsync();
        using var document = JsonDocument.Parse(await line.Client.GetStringAsync("/openapi/v1.json"));
        Assert.IsTrue(document.RootElement.GetProperty("paths").TryGetProperty("/v1/parts/{id}/review", out _));
    }

    // A PNG whose header claims to be so large.
    private static byte[] WithSize(byte[] png, int side)
    {
        byte[] file = [.. png];
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), side);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), System.IO.Hashing.Crc32.HashToUInt32(file.AsSpan(12, 17)));
        return file;
    }

    private static StringContent Json(object value) => new(JsonSerializer.Serialize(value, LineJson.Options), Encoding.UTF8, "application/json");

    private static async Task Refused(TestLine line, int status, Func<Task<HttpResponseMessage>> send)
    {
        using var response = await send();
        string body = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(status, (int)response.StatusCode, body);
        Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType, body);
        Assert.AreEqual(status, JsonDocument.Parse(body).RootElement.GetProperty("status").GetInt32());
        Assert.AreEqual(HttpStatusCode.OK, (await line.Client.GetAsync("/health/live")).StatusCode);
    }
}
