using System.Collections.Concurrent;
using DxmiMlNet.Line.Client;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace DxmiMlNet.Line.Crash;

/// <summary>
/// Two services on one PostgreSQL database and one shared subscription of Mosquitto; parts published at twice the rate that both sustain; a service killed and restarted every so many seconds, the
/// broker restarted twice, the database killed once. Every part that the broker took must have exactly one verdict.
/// </summary>
internal sealed class SharedTrial(int parts, int seconds) : Trial
{
    private readonly ConcurrentDictionary<string, string> _told = new();
    private int _published, _unwanted, _otherwise, _kills, _restarts;

    public async Task<int> RunAsync()
    {
        TrialModel.Train(In("good"), Model);
        byte[][] photographs = [.. Enumerable.Range(0, 50).Select(i => TrialModel.Photograph(1000 + i, i % 5 == 0))];
        using var broker = new Mosquitto(Folder);
        using var database = new Postgres(Folder);
        await broker.StartAsync();
        await database.StartAsync();
        Dictionary<string, object> Shared(Dictionary<string, object> settings)
        {
            settings["Journal"] = new { Kind = "Postgres", database.ConnectionString, Lease = "00:00:10", MaxAttempts = 1000 };
            settings["Mqtt"] = new { Host = "127.0.0.1", broker.Port, ReceiveMaximum = 16 };
            return settings;
        }
        var (first, firstClient) = Service("one", Shared);
        var (second, secondClient) = Service("two", Shared);
        using (first)
        using (second)
        {
            first.Start();
            second.Start();
            await Task.WhenAll(ReadyAsync(firstClient), ReadyAsync(secondClient));
            // By HTTP, on both at once; these parts are the trial's, too.
            double rate = (await Task.WhenAll(CapacityAsync(firstClient, photographs, 4, TimeSpan.FromSeconds(10), "a"), CapacityAsync(secondClient, photographs, 4, TimeSpan.FromSeconds(10), "b"))).Sum();
            int before = (await RecordAsync(firstClient, 0, TimeSpan.Zero)).Accepted;
            Console.WriteLine($"sustained {rate:0.0} parts/s; publishing {parts} parts at {2 * rate:0.0} a second");
            using var end = new CancellationTokenSource();
            using var listener = await ListenAsync(broker.Port, end.Token);
            var start = DateTime.UtcNow;
            var killing = KillAsync([first, second], end.Token);
            var publishing = PublishAsync(broker.Port, photographs, 2 * rate);
            var disturbing = DisturbAsync(broker, database, TimeSpan.FromSeconds(parts / rate));
            await publishing;
            await disturbing;
            var found = await RecordAsync(firstClient, before + parts, TimeSpan.FromMinutes(8));
            double took = (DateTime.UtcNow - start).TotalSeconds;
            await end.CancelAsync();
            await killing;
            await ReadyAsync(firstClient);
            // What is decided is told: the outbox needs a moment after the last restart.
            for (var limit = DateTime.UtcNow.AddMinutes(2); _told.Count < found.Verdicts.Count - before && DateTime.UtcNow < limit;)
                await Task.Delay(200);
            var audit = await firstClient.VerifyAuditAsync();
            int ours = found.Verdicts.Keys.Count(IsOurs), missing = parts - ours;
            int otherwise = _otherwise + _told.Count(told => found.Verdicts.TryGetValue(told.Key, out var verdict) && verdict.Verdict != told.Value);
            Console.WriteLine($"published {_published} (sent again, for no service had subscribed: {_unwanted}), accepted {found.Accepted - before}, decided {ours}, missing {missing}, doubled {found.Audited - found.Verdicts.Count}, told {_told.Keys.Count(IsOurs)}, told otherwise {otherwise}, "
                + $"service kills {_kills}, broker restarts {_restarts}, database kills 1, by service {string.Join(" + ", found.Verdicts.Values.GroupBy(v => v.Service).Select(g => g.Count()))}, "
                + $"reasons {found.Verdicts.Values.Count(v => v.Reason is not null)}, audit {(audit.Intact ? "intact" : audit.Problem)} ({audit.Rows} rows), {took:0} s");
            return End(audit.Intact && missing == 0 && found.Audited == found.Verdicts.Count && otherwise == 0 && _published == parts);
        }
    }

    private static bool IsOurs(string partId) => partId.StartsWith("part-", StringComparison.Ordinal);

    private async Task KillAsync(ServiceProcess[] services, CancellationToken done)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (done.IsCancellationRequested)
                return;
            services[_kills++ % services.Length].Kill();
        }
    }

    // Spread over the time that the parts take.
    private async Task DisturbAsync(Mosquitto broker, Postgres database, TimeSpan time)
    {
        await Task.Delay(time * 0.25);
        await broker.StopAsync();
        await broker.StartAsync();
        _restarts++;
        await Task.Delay(time * 0.25);
        await database.KillAsync();
        await database.StartAsync();
        await Task.Delay(time * 0.2);
        await broker.StopAsync();
        await broker.StartAsync();
        _restarts++;
    }

    private async Task PublishAsync(int port, byte[][] photographs, double rate)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var start = DateTime.UtcNow;
        for (int i = 0; i < parts; i++)
        {
            var due = start + TimeSpan.FromSeconds(i / rate);
            if (due > DateTime.UtcNow)
                await Task.Delay(due - DateTime.UtcNow);
            var message = new MqttApplicationMessageBuilder().WithTopic("dxmi/cell/part").WithPayload(photographs[i % photographs.Length]).WithContentType("image/png")
                .WithUserProperty("part-id", System.Text.Encoding.UTF8.GetBytes($"part-{i}")).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
            // Published is what the broker has acknowledged for a subscriber: a camera without that answer sends again.
            while (true)
            {
                try
                {
                    if (!client.IsConnected)
                        await client.ConnectAsync(Broker(port, "camera"));
                    var answer = await client.PublishAsync(message);
                    if (answer.ReasonCode == MqttClientPublishReasonCode.Success)
                        break;
                    // Just restarted, a broker may not know the shared subscription until a service is back: it takes the message, says that nobody wants it, and drops it.
                    if (answer.ReasonCode == MqttClientPublishReasonCode.NoMatchingSubscribers)
                        _unwanted++;
                }
                catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException or InvalidOperationException or System.Net.Sockets.SocketException)
                {
                }
                await Task.Delay(100);
            }
            _published++;
        }
    }

    // An MES that keeps its session over restarts of the broker.
    private async Task<IMqttClient> ListenAsync(int port, CancellationToken done)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += e =>
        {
            var verdict = LineJson.Read<LineVerdict>(e.ApplicationMessage.ConvertPayloadToString());
            if (_told.GetOrAdd(verdict.PartId, verdict.Verdict) != verdict.Verdict)
                Interlocked.Increment(ref _otherwise);
            return Task.CompletedTask;
        };
        async Task ConnectAsync()
        {
            await client.ConnectAsync(Broker(port, "mes"), done);
            await client.SubscribeAsync("dxmi/+/verdict", MqttQualityOfServiceLevel.AtLeastOnce, done);
        }
        client.DisconnectedAsync += async _ =>
        {
            while (!done.IsCancellationRequested)
            {
                try
                {
                    await Task.Delay(200, CancellationToken.None);
                    await ConnectAsync();
                    return;
                }
                catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException or System.Net.Sockets.SocketException)
                {
                }
            }
        };
        await ConnectAsync();
        return client;
    }

    private static MqttClientOptions Broker(int port, string name) => new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MqttProtocolVersion.V500).WithClientId(name)
        .WithCleanStart(false).WithSessionExpiryInterval(3600).WithTimeout(TimeSpan.FromSeconds(10)).Build();
}
