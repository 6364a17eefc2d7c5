using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace DxmiMlNet.Line;

/// <summary>
/// The connection to the broker. A part is acknowledged to the broker only after it is in the journal: a crash before leaves it with the broker, which sends it again. As many are
/// on the way as the receive maximum says.
/// </summary>
internal sealed class MqttLink : BackgroundService
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(200), s_most = TimeSpan.FromSeconds(30), s_full = TimeSpan.FromMilliseconds(200);

    private readonly LineOptions _options;
    private readonly MqttOptions _mqtt;
    private readonly MqttTopics _topics;
    private readonly PartIntake _intake;
    private readonly MqttCommands _commands;
    private readonly PlcStations _plc;
    private readonly FailPoints _failPoints;
    private readonly ILogger<MqttLink> _log;
    private readonly MqttConnection _connection;
    private readonly IMqttClient _client;
    private readonly Signal _disconnected = new();
    private CancellationToken _stopping;

    public MqttLink(LineOptions options, MqttConnection connection, PartIntake intake, MqttCommands commands, PlcStations plc, FailPoints failPoints, ILogger<MqttLink> log)
    {
        (_options, _mqtt, _intake, _commands, _plc, _failPoints, _log) = (options, options.Mqtt!, intake, commands, plc, failPoints, log);
        (_connection, _client, _topics) = (connection, connection.Client, connection.Topics);
        _client.ApplicationMessageReceivedAsync += ReceiveAsync;
        _client.DisconnectedAsync += _ =>
        {
            _disconnected.Set();
            return Task.CompletedTask;
        };
        plc.Publish = (station, output) => PublishAsync(_topics.PlcOut(station), LineJson.Write(output), retain: true, CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        var pause = s_least;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(stoppingToken).ConfigureAwait(false);
                pause = s_least;
                while (_client.IsConnected)
                    await _disconnected.WaitAsync(TimeSpan.FromSeconds(5), stoppingToken).ConfigureAwait(false);
                _log.LogWarning("The broker at {Host}:{Port} is gone", _mqtt.Host, _mqtt.Port);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _log.LogWarning("The broker at {Host}:{Port} does not answer: {Message}", _mqtt.Host, _mqtt.Port, e.Message);
            }
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < s_most ? pause * 2 : s_most;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (!_client.IsConnected)
            return;
        try
        {
            await PublishAsync(_topics.State, LineJson.Write(new { State = "offline" }), retain: true, cancellationToken).ConfigureAwait(false);
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _log.LogWarning("The broker was left without a word: {Message}", e.Message);
        }
    }

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        await _client.ConnectAsync(_connection.Options, cancellation).ConfigureAwait(false);
        var subscription = new MqttClientSubscribeOptionsBuilder().WithTopicFilter(_topics.Parts, MqttQualityOfServiceLevel.AtLeastOnce);
        foreach (string topic in _topics.Commands.Concat(_mqtt.PlcStations.Select(_topics.PlcIn)))
            subscription.WithTopicFilter(topic, MqttQualityOfServiceLevel.AtLeastOnce);
        await _client.SubscribeAsync(subscription.Build(), cancellation).ConfigureAwait(false);
        await PublishAsync(_topics.State, LineJson.Write(new { State = _intake.Paused ? "paused" : "online" }), retain: true, cancellation).ConfigureAwait(false);
        await _plc.RepeatAsync(cancellation).ConfigureAwait(false);
        _log.LogInformation("Connected to the broker at {Host}:{Port}", _mqtt.Host, _mqtt.Port);
    }

    private Task PublishAsync(string topic, string body, bool retain, CancellationToken cancellation) => _connection.PublishAsync(topic, body, retain, cancellation);

    // Returns at once: the client hands over one message at a time, and each may take a while.
    private Task ReceiveAsync(MqttApplicationMessageReceivedEventArgs message)
    {
        message.AutoAcknowledge = false;
        _ = Task.Run(() => HandleAsync(message), CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task HandleAsync(MqttApplicationMessageReceivedEventArgs message)
    {
        string topic = message.ApplicationMessage.Topic;
        var (station, rest) = _topics.Split(topic);
        try
        {
            if (rest == "part")
                await TakeAsync(station, message.ApplicationMessage).ConfigureAwait(false);
            else if (rest == "plc/in")
                await _plc.HearAsync(station, message.ApplicationMessage.ConvertPayloadToString() ?? "", _stopping).ConfigureAwait(false);
            else if (await _commands.RunAsync(message.ApplicationMessage.ConvertPayloadToString() ?? "", _stopping).ConfigureAwait(false))
                await PublishAsync(_topics.State, LineJson.Write(new { State = _intake.Paused ? "paused" : "online" }), retain: true, _stopping).ConfigureAwait(false);
            _failPoints.Hit("mqtt.accepted");
            await message.AcknowledgeAsync(_stopping).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Not acknowledged: the broker sends it again when the connection is made again.
            _log.LogWarning("A message on {Topic} stays with the broker: {Message}", topic, e.Message);
        }
    }

    private async Task TakeAsync(string station, MqttApplicationMessage message)
    {
        string? id = null;
        while (true)
        {
            try
            {
                var incoming = Read(station, message);
                id = incoming.PartId;
                var (part, duplicate) = await _intake.AcceptAsync(incoming, _stopping).ConfigureAwait(false);
                // A sender that asks again gets the first verdict again.
                if (duplicate && part.Verdict is { } verdict)
                    await PublishAsync(_topics.Verdict(part.Station), verdict, retain: false, _stopping).ConfigureAwait(false);
                return;
            }
            catch (RefusedException e) when (e.IsTemporary && e.Why != Refusal.NoModel)
            {
                // Held, not refused: the receive maximum then keeps the others with the broker.
                await Task.Delay(s_full, _stopping).ConfigureAwait(false);
            }
            catch (RefusedException e)
            {
                _log.LogWarning("A part of station {Station} is not taken in: {Message}", station, e.Message);
                await PublishAsync(_topics.Refused(Names.IsValid(station) ? station : "unknown"), LineJson.Write(new { PartId = id, Code = e.Why.ToString(), e.What, e.Expected, e.Remedy }), retain: false, _stopping)
                    .ConfigureAwait(false);
                return;
            }
        }
    }

    private IncomingPart Read(string station, MqttApplicationMessage message)
    {
        string? Property(string name) => message.UserProperties?.FirstOrDefault(p => p.Name == name) is { } property ? System.Text.Encoding.UTF8.GetString(property.ValueBuffer.Span) : null;
        string? id = Property("part-id"), recipe = Property("recipe");
        ReadOnlyMemory<byte> image = message.Payload.ToArray();
        if (message.ContentType == "application/json")
        {
            FileReference reference;
            try
            {
                reference = LineJson.Read<FileReference>(System.Text.Encoding.UTF8.GetString(image.Span));
            }
            catch (JsonException e)
            {
                throw new RefusedException(Refusal.Invalid, "The message is no JSON.", "{ \"partId\": \"...\", \"file\": \"...\" } was expected.", "Correct what sends it.", e);
            }
            (id, recipe) = (reference.PartId ?? id, reference.Recipe ?? recipe);
            image = File.ReadAllBytes(Confined(reference.File));
        }
        // Without an id a message that is sent again could not be told from another part.
        return id is null
            ? throw new RefusedException(Refusal.Invalid, "The message has no part id.", "The user property part-id was expected.", "Give every part an id of its own.")
            : new IncomingPart(id, station, recipe, "mqtt", image);
    }

    private string Confined(string? file)
    {
        if (_mqtt.FileFolder is not { } folder)
            throw new RefusedException(Refusal.Invalid, "Messages that name files are not taken.", "The image itself was expected.", "Set 'Mqtt:FileFolder', or send the image.");
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, path = Path.GetFullPath(Path.Combine(root, file ?? ""));
        if (!path.StartsWith(root, StringComparison.Ordinal) || !File.Exists(path) || File.ResolveLinkTarget(path, returnFinalTarget: true) is not null)
            throw new RefusedException(Refusal.Invalid, "The file is not there.", "A file in 'Mqtt:FileFolder', no link, was expected.", "Correct the name.");
        return new FileInfo(path).Length <= _options.Http.MaxImageBytes ? path
            : throw new RefusedException(Refusal.TooLarge, "The file is too large.", $"{_options.Http.MaxImageBytes} bytes at most were expected.", "Raise 'Http:MaxImageBytes'.");
    }

    private sealed record FileReference(string? PartId, string? Recipe, string? File);
}
