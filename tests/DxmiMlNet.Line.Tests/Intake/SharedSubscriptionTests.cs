using System.Collections.Concurrent;
using MQTTnet;
using MQTTnet.Protocol;

namespace DxmiMlNet.Line.Tests;

/// <summary>Needs a broker that knows shared subscriptions, Mosquitto for instance: the environment variable DXMI_TEST_MQTT holds its port on this machine.</summary>
[TestClass]
public sealed class SharedSubscriptionTests
{
    [TestMethod]
    public async Task Two_services_split_the_parts_of_one_group_and_none_is_missing_or_doubled()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("DXMI_TEST_MQTT"), out int port))
            Assert.Inconclusive("DXMI_TEST_MQTT names no broker.");
        string prefix = $"test-{Guid.NewGuid():N}";
        LineOptions Service(LineOptions o, string name) => o with { Name = $"{prefix}-{name}", Mqtt = new MqttOptions { Port = port, Prefix = prefix, Group = prefix, ReceiveMaximum = 4 } };
        await using var a = await TestLine.StartAsync(o => Service(o, "a"));
        await using var b = await TestLine.StartAsync(o => Service(o, "b"));
        await Eventually.Holds(() => a.Get<MqttConnection>().Client.IsConnected && b.Get<MqttConnection>().Client.IsConnected, "both are connected");
        var verdicts = new ConcurrentBag<LineVerdict>();
        using var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += e =>
        {
            verdicts.Add(LineJson.Read<LineVerdict>(e.ApplicationMessage.ConvertPayloadToString()));
            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).Build());
        await client.SubscribeAsync($"{prefix}/+/verdict", MqttQualityOfServiceLevel.AtLeastOnce);
        await Task.Delay(300);
        for (int i = 0; i < 60; i++)
            await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic($"{prefix}/cell/part").WithPayload(SmallModel.Png(i)).WithContentType("image/png")
                .WithUserProperty("part-id", System.Text.Encoding.UTF8.GetBytes($"{i}")).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        await Eventually.Holds(() => verdicts.Count >= 60, "60 verdicts");
        Assert.AreEqual(60, verdicts.Select(v => v.PartId).Distinct().Count());
        Assert.AreEqual(2, verdicts.Select(v => v.Service).Distinct().Count());
    }
}
