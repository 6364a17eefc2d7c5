using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace DxmiMlNet.Line;

/// <summary>The client of the broker, which the doors and the outbox share.</summary>
internal sealed class MqttConnection(LineOptions options) : IDisposable
{
    private const uint SessionSeconds = 3600;

    public IMqttClient Client { get; } = new MqttClientFactory().CreateMqttClient();

    public MqttTopics Topics { get; } = new(options.Mqtt!, options.Name);

    /// <summary>How the broker is reached, with a last will: a session that outlives the connection, so that what was not acknowledged comes again.</summary>
    public MqttClientOptions Options
    {
        get
        {
            var mqtt = options.Mqtt!;
            var builder = new MqttClientOptionsBuilder().WithTcpServer(mqtt.Host, mqtt.Port).WithProtocolVersion(MqttProtocolVersion.V500).WithClientId($"dxmi-line-{options.Name}")
                .WithCleanStart(false).WithSessionExpiryInterval(SessionSeconds).WithReceiveMaximum((ushort)mqtt.ReceiveMaximum).WithKeepAlivePeriod(TimeSpan.FromSeconds(15))
                .WithTimeout(TimeSpan.FromSeconds(10)).WithWillTopic(Topics.State).WithWillPayload(LineJson.Write(new { State = "offline" })).WithWillRetain()
                .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
            if (mqtt.User is not null)
                builder.WithCredentials(mqtt.User, mqtt.Password);
            if (mqtt.Tls)
                builder.WithTlsOptions(tls => tls.UseTls());
            return builder.Build();
        }
    }

    /// <summary>Publishes; returns when the broker has it.</summary>
    /// <exception cref="Exception">It has not.</exception>
    public async Task PublishAsync(string topic, string body, bool retain, CancellationToken cancellation)
    {
        var result = await Client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(body).WithContentType("application/json").WithRetainFlag(retain)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(), cancellation).ConfigureAwait(false);
        if (!result.IsSuccess)
            throw new IOException($"The broker refused '{topic}': {result.ReasonCode}");
    }

    public void Dispose() => Client.Dispose();
}

/// <summary>Publishes verdicts on the topics of their stations.</summary>
internal sealed class MqttSink(MqttConnection connection) : IVerdictSink
{
    public string Name => "mqtt";

    public Task SendAsync(OutboxItem item, CancellationToken cancellation)
        => connection.PublishAsync(connection.Topics.Verdict(LineJson.Read<LineVerdict>(item.Body).Station), item.Body, retain: false, cancellation);
}
