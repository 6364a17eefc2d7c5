using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>The handshakes of the stations that PLCs trigger. Where each stands is in the journal before the PLC is told.</summary>
internal sealed class PlcStations(LineOptions options, IJournal journal, DecisionDesk desk, ILogger<PlcStations> log) : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _changing = new(1);
    private readonly Dictionary<string, PlcOutput> _now = new(StringComparer.Ordinal);

    /// <summary>Tells a PLC; set by who has the connection.</summary>
    public Func<string, PlcOutput, Task> Publish { get; set; } = (_, _) => Task.CompletedTask;

    public void Dispose() => _changing.Dispose();

    /// <summary>Says to every PLC where its handshake stands, and goes on with what was begun: after a start, and after every connection.</summary>
    public async Task RepeatAsync(CancellationToken cancellation)
    {
        foreach (string station in options.Mqtt?.PlcStations ?? [])
            await ChangeAsync(station, now => now, always: true, cancellation).ConfigureAwait(false);
    }

    public async Task HearAsync(string station, string body, CancellationToken cancellation)
    {
        try
        {
            var input = LineJson.Read<PlcInput>(body);
            await ChangeAsync(station, now => PlcHandshake.Hear(now, input), always: true, cancellation).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            log.LogWarning("The PLC of station {Station} says what is no JSON", station);
        }
    }

    private async Task ChangeAsync(string station, Func<PlcOutput, PlcOutput> change, bool always, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            bool resumed = !_now.TryGetValue(station, out var before);
            before ??= await journal.GetStateAsync(KeyOf(station), cancellation).ConfigureAwait(false) is { } json ? LineJson.Read<PlcOutput>(json) : new PlcOutput(PlcState.Idle);
            var after = change(before);
            // An error of the PLC is said once; it is not where the handshake stands.
            var standing = after.State == before.State && after.PartId == before.PartId ? before : after;
            if (standing != before)
                await journal.SetStateAsync(KeyOf(station), LineJson.Write(standing), cancellation).ConfigureAwait(false);
            _now[station] = standing;
            if (standing.State == PlcState.Busy && (resumed || before.State != PlcState.Busy))
                _ = Task.Run(() => FollowAsync(station, standing.PartId!, cancellation), CancellationToken.None);
            if (always || after != before)
                await Publish(station, after).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    // From busy to ready: its image may come by any door.
    private async Task FollowAsync(string station, string partId, CancellationToken cancellation)
    {
        try
        {
            var end = DateTime.UtcNow + options.Mqtt!.PlcImageTimeout;
            while (await journal.FindAsync(partId, cancellation).ConfigureAwait(false) is null)
            {
                if (DateTime.UtcNow > end)
                {
                    await ChangeAsync(station, now => PlcHandshake.GiveUp(now, partId), always: false, cancellation).ConfigureAwait(false);
                    return;
                }
                await Task.Delay(s_look, cancellation).ConfigureAwait(false);
            }
            string? verdict;
            while ((verdict = await desk.WaitAsync(partId, TimeSpan.FromMinutes(1), cancellation).ConfigureAwait(false)) is null)
                continue;
            await ChangeAsync(station, now => PlcHandshake.Decide(now, LineJson.Read<LineVerdict>(verdict)), always: false, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            // The next connection or trigger goes on.
            log.LogWarning("The handshake of station {Station} waits: {Message}", station, e.Message);
            await _changing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            _now.Remove(station);
            _changing.Release();
        }
    }

    private static string KeyOf(string station) => $"plc {station}";
}
