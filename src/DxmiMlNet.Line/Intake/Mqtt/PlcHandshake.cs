using DxmiMlNet.Decisions;

namespace DxmiMlNet.Line;

/// <summary>Where the handshake with a PLC stands.</summary>
public enum PlcState
{
    /// <summary>The next trigger may come.</summary>
    Idle,

    /// <summary>A part was triggered.</summary>
    Busy,

    /// <summary>The result is there and waits to be acknowledged.</summary>
    Ready,
}

/// <summary>What a PLC says.</summary>
/// <param name="Trigger">A part is in place.</param>
/// <param name="Acknowledged">The result of a part was taken.</param>
/// <param name="PartId">Which part.</param>
public sealed record PlcInput(bool Trigger, bool Acknowledged, string? PartId);

/// <summary>What a PLC is told; it stays on the broker.</summary>
/// <param name="State">Where the handshake stands.</param>
/// <param name="PartId">The part; null when idle.</param>
/// <param name="Result">OK, NG or Review; null until ready.</param>
/// <param name="ErrorCode">0 none, 1 deadline, 2 no image came, 3 bad image, 4 no model, 5 failed attempts, 10 trigger without acknowledgement, 11 no part id, 12 acknowledgement of another part.</param>
public sealed record PlcOutput(PlcState State, string? PartId = null, string? Result = null, int ErrorCode = 0);

/// <summary>The handshake of one station: trigger, busy, result ready, acknowledged, idle. Saying the same twice changes nothing: a lost connection costs nothing.</summary>
internal static class PlcHandshake
{
    public const int NoImage = 2, NotAcknowledged = 10, NoPartId = 11, OtherPart = 12;

    public static PlcOutput Hear(PlcOutput now, PlcInput input)
    {
        if (!Names.IsValid(input.PartId))
            return now with { ErrorCode = NoPartId };
        if (input.Acknowledged)
            return now.State == PlcState.Ready && now.PartId == input.PartId ? new PlcOutput(PlcState.Idle)
                : now.State == PlcState.Idle ? now : now with { ErrorCode = OtherPart };
        if (!input.Trigger)
            return now;
        return now.State == PlcState.Idle ? new PlcOutput(PlcState.Busy, input.PartId)
            : now.PartId == input.PartId ? now : now with { ErrorCode = NotAcknowledged };
    }

    public static PlcOutput Decide(PlcOutput now, LineVerdict verdict)
        => now.State == PlcState.Busy && now.PartId == verdict.PartId ? new PlcOutput(PlcState.Ready, verdict.PartId, ResultOf(verdict.Verdict), ErrorOf(verdict.Reason)) : now;

    public static PlcOutput GiveUp(PlcOutput now, string partId)
        => now.State == PlcState.Busy && now.PartId == partId ? new PlcOutput(PlcState.Ready, partId, "Review", NoImage) : now;

    private static string ResultOf(string verdict) => verdict switch
    {
        Verdicts.Pass => "OK",
        Verdicts.Reject => "NG",
        _ => "Review",
    };

    private static int ErrorOf(string? reason) => reason switch
    {
        null => 0,
        "deadline" => 1,
        "image" => 3,
        "model" => 4,
        _ => 5,
    };
}
