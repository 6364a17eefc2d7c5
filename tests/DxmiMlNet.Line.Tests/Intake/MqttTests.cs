using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class MqttTests
{
    private readonly ConcurrentQueue<(string Topic, string Body)> _heard = new();
    private readonly int _port = FreePort();
    private MqttServer _broker = null!;
    private IMqttClient _client = null!;

    [TestInitialize]
    public async Task Start()
    {
        _broker = await StartBrokerAsync();
        _client = new MqttClientFactory().CreateMqttClient();
        _client.ApplicationMessageReceivedAsync += e =>
        {
            _heard.Enqueue((e.ApplicationMessage.Topic, e.ApplicationMessage.ConvertPayloadToString() ?? ""));
            return Task.CompletedTask;
        };
        await ConnectAsync();
    }

    [TestCleanup]
    public async Task Stop()
    {
        _client.Dispose();
        await _broker.StopAsync();
        _broker.Dispose();
    }

    [TestMethod]
    public async Task A_published_part_comes_back_as_a_verdict_on_its_stations_topic()
    {
        await using var line = await StartAsync();
        await PublishAsync("dxmi/cell-1/part", SmallModel.Png(1), "m1");
        var verdict = LineJson.Read<LineVerdict>(await HearAsync("dxmi/cell-1/verdict"));
        Assert.AreEqual(("m1", "cell-1", "part"), (verdict.PartId, verdict.Station, verdict.Recipe));
        Assert.AreEqual("""{"state":"online"}""", await HearAsync("dxmi/service/test/state"));
    }

    [TestMethod]
    public async Task A_part_sent_twice_is_decided_once_and_answered_twice()
    {
        await using var line = await StartAsync();
        await PublishAsync("dxmi/cell-1/part", SmallModel.Png(1), "m1");
        string first = await HearAsync("dxmi/cell-1/verdict");
        await PublishAsync("dxmi/cell-1/part", SmallModel.Png(2), "m1");
        await Eventually.Holds(() => _heard.Count(m => m.Topic == "dxmi/cell-1/verdict") == 2, "the answer comes again");
        Assert.AreEqual(first, _heard.Last(m => m.Topic == "dxmi/cell-1/verdict").Body);
    }

    [TestMethod]
    public async Task What_cannot_be_taken_in_is_told_and_does_not_block_the_next()
    {
        await using var line = await StartAsync();
        await PublishAsync("dxmi/cell-1/part", SmallModel.Png(1), null);
        StringAssert.Contains(await HearAsync("dxmi/cell-1/refused"), "The message has no part id.");
        await PublishAsync("dxmi/cell-1/part", "no image"u8.ToArray(), "m2");
        await PublishAsync("dxmi/cell-1/part", SmallModel.Png(1), "m3");
        Assert.AreEqual("m3", LineJson.Read<LineVerdict>(await HearAsync("dxmi/cell-1/verdict")).PartId);
        Assert.IsTrue(_heard.Any(m => m.Topic == "dxmi/cell-1/refused" && m.Body.Contains("m2")));
    }

    [TestMethod]
    public async Task A_message_may_name_a_file_in_the_allowed_folder_only()
    {
        using var folder = new TestFolder();
        folder.Write("files/a.png", SmallModel.Png(1));
        folder.Write("secret.png", SmallModel.Png(1));
        await using var line = await StartAsync(m => m with { FileFolder = folder.File("files/.") });
        await PublishAsync("dxmi/cell-1/part", """{ "partId": "f1", "file": "a.png" }"""u8.ToArray(), null, "application/json");
        Assert.AreEqual("f1", LineJson.Read<LineVerdict>(await HearAsync("dxmi/cell-1/verdict")).PartId);
        await PublishAsync("dxmi/cell-1/part", """{ "partId": "f2", "file": "../secret.png" }"""u8.ToArray(), null, "application/json");
        StringAssert.Contains(await HearAsync("dxmi/cell-1/refused"), "The file is not there.");
    }

    [TestMethod]
    public async Task A_part_that_was_not_acknowledged_is_sent_again_when_the_connection_is_back()
    {
        // The crash is after the journal and before the acknowledgement: the broker must have it still, and the journal must know it.
        await using var line = await StartAsync(failPoints: new ThrowingFailPoints("mqtt.accepted"));
        await PublishAsync("dxmi/cell-1/part", SmallModel.Png(1), "m1");
        await HearAsync("dxmi/cell-1/verdict");
        var session = (await _broker.GetClientsAsync()).Single(c => c.Id == "dxmi-line-test");
        await session.DisconnectAsync();
        await Eventually.Holds(() => _heard.Count(m => m.Topic == "dxmi/cell-1/verdict") == 2, "it was sent again and answered with the first verdict");
        Assert.HasCount(1, await line.ReadAsync<PartView[]>("/v1/parts"));
    }

    [TestMethod]
    public async Task Verdicts_wait_in_the_outbox_while_the_broker_is_away()
    {
        await using var line = await StartAsync();
        await HearAsync("dxmi/service/test/state");
        await _broker.StopAsync();
        _broker.Dispose();
        await line.InspectAsync("away", SmallModel.Png(1), "station=cell-1");
        Assert.AreEqual(1, (await line.ReadAsync<QueueState>("/v1/queue")).Undelivered);
        _broker = await StartBrokerAsync();
        await ConnectAsync();
        Assert.AreEqual("away", LineJson.Read<LineVerdict>(await HearAsync("dxmi/cell-1/verdict")).PartId);
    }

    [TestMethod]
    public async Task Commands_pause_resume_and_select_a_recipe()
    {
        await using var line = await StartAsync(change: o => o with { Recipes = new(o.Recipes) { ["other"] = o.Recipes["part"] with { Stations = ["x"] } } });
        await HearAsync("dxmi/service/test/state");
        await PublishAsync("dxmi/service/test/command", """{ "command": "pause" }"""u8.ToArray(), null);
        await Eventually.Holds(() => _heard.Any(m => m.Body.Contains("paused")), "it says that it is paused");
        using var refused = await line.PostAsync("p", SmallModel.Png(1), "recipe=part");
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await PublishAsync("dxmi/service/all/command", """{ "command": "resume" }"""u8.ToArray(), null);
        await PublishAsync("dxmi/service/all/command", """{ "command": "recipe", "station": "cell-1", "recipe": "other" }"""u8.ToArray(), null);
        await Eventually.Holds(async () => await line.Journal.GetStateAsync("station-recipes", default) is not null, "the recipe is selected");
        Assert.AreEqual("other", (await line.InspectAsync("q", SmallModel.Png(1), "station=cell-1")).Recipe);
    }

    [TestMethod]
    public async Task A_killed_service_is_reported_offline_by_its_last_will()
    {
        await using var line = await StartAsync();
        await HearAsync("dxmi/service/test/state");
        line.Get<MqttConnection>().Client.Dispose();
        await Eventually.Holds(() => _heard.Any(m => m == ("dxmi/service/test/state", """{"state":"offline"}""")), "the will is published");
    }

    [TestMethod]
    public async Task A_PLC_is_taken_through_trigger_busy_ready_and_acknowledged()
    {
        await using var line = await StartAsync(m => m with { PlcStations = ["cell-1"], PlcImageTimeout = TimeSpan.FromSeconds(30) });
        await PlcSays("idle", () => Task.CompletedTask);
        await PlcSays("busy", () => PublishAsync("dxmi/cell-1/plc/in", """{ "trigger": true, "partId": "plc1" }"""u8.ToArray(), null));
        await PlcSays("ready", () => PublishAsync("dxmi/cell-1/part", SmallModel.Png(2, scratched: true), "plc1"));
        var ready = LineJson.Read<PlcOutput>(_heard.Last(m => m.Topic == "dxmi/cell-1/plc/out").Body);
        Assert.AreEqual(new PlcOutput(PlcState.Ready, "plc1", "NG", 0), ready);
        await PlcSays("idle", () => PublishAsync("dxmi/cell-1/plc/in", """{ "acknowledged": true, "partId": "plc1" }"""u8.ToArray(), null));
    }

    [TestMethod]
    public async Task A_trigger_without_image_ends_in_review_with_its_error_code()
    {
        await using var line = await StartAsync(m => m with { PlcStations = ["cell-1"], PlcImageTimeout = TimeSpan.FromMilliseconds(300) });
        await PlcSays("ready", () => PublishAsync("dxmi/cell-1/plc/in", """{ "trigger": true, "partId": "none" }"""u8.ToArray(), null));
        Assert.AreEqual(new PlcOutput(PlcState.Ready, "none", "Review", PlcHandshake.NoImage), LineJson.Read<PlcOutput>(_heard.Last(m => m.Topic == "dxmi/cell-1/plc/out").Body));
    }

    [TestMethod]
    public void Saying_the_same_twice_changes_nothing_and_what_does_not_fit_is_an_error_code()
    {
        var busy = PlcHandshake.Hear(new PlcOutput(PlcState.Idle), new PlcInput(true, false, "a"));
        Assert.AreEqual(busy, PlcHandshake.Hear(busy, new PlcInput(true, false, "a")));
        Assert.AreEqual(PlcHandshake.NotAcknowledged, PlcHandshake.Hear(busy, new PlcInput(true, false, "b")).ErrorCode);
        Assert.AreEqual(PlcHandshake.NoPartId, PlcHandshake.Hear(busy, new PlcInput(true, false, "")).ErrorCode);
        Assert.AreEqual(PlcHandshake.OtherPart, PlcHandshake.Hear(busy, new PlcInput(false, true, "b")).ErrorCode);
        Assert.AreEqual(new PlcOutput(PlcState.Idle), PlcHandshake.Hear(new PlcOutput(PlcState.Idle), new PlcInput(false, true, "a")));
    }

    private async Task PlcSays(string state, Func<Task> act)
    {
        await act();
        await Eventually.Holds(() => _heard.LastOrDefault(m => m.Topic == "dxmi/cell-1/plc/out").Body?.Contains($"\"state\":\"{char.ToUpperInvariant(state[0])}{state[1..]}\"") == true, $"the PLC is told {state}");
    }

    private Task<TestLine> StartAsync(Func<MqttOptions, MqttOptions>? mqtt = null, Func<LineOptions, LineOptions>? change = null, FailPoints? failPoints = null) => TestLine.StartAsync(o =>
    {
        o = change?.Invoke(o) ?? o;
        var options = new MqttOptions { Port = _port, Group = "" };   // this broker knows no shared subscriptions
        return o with { Mqtt = mqtt?.Invoke(options) ?? options };
    }, failPoints: failPoints);

    private async Task PublishAsync(string topic, byte[] payload, string? partId, string type = "image/png")
    {
        // A part is for whoever subscribes: wait until somebody does.
        await HearAsync("dxmi/service/test/state");
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithContentType(type).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (partId is not null)
            message.WithUserProperty("part-id", System.Text.Encoding.UTF8.GetBytes(partId));
        await _client.PublishAsync(message.Build());
    }

    private async Task<string> HearAsync(string topic)
    {
        await Eventually.Holds(() => _heard.Any(m => m.Topic == topic), $"a message on {topic}");
        return _heard.First(m => m.Topic == topic).Body;
    }

    private async Task ConnectAsync()
    {
        if (_client.IsConnected)
            return;
        await Eventually.Holds(async () =>
        {
            try
            {
                await _client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).Build());
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }, "the broker answers");
        await _client.SubscribeAsync("dxmi/+/verdict", MqttQualityOfServiceLevel.AtLeastOnce);
        await _client.SubscribeAsync("dxmi/+/refused", MqttQualityOfServiceLevel.AtLeastOnce);
        await _client.SubscribeAsync("dxmi/+/plc/out", MqttQualityOfServiceLevel.AtLeastOnce);
        await _client.SubscribeAsync("dxmi/service/+/state", MqttQualityOfServiceLevel.AtLeastOnce);
    }

    private async Task<MqttServer> StartBrokerAsync()
    {
        var factory = new MqttServerFactory();
        var broker = factory.CreateMqttServer(factory.CreateServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointPort(_port).WithPersistentSessions().Build());
        await broker.StartAsync();
        return broker;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
