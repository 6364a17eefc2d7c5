using System.Runtime.InteropServices;

namespace DxmiMlNet.Cli;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks the command to stop, which it does between two images or iterations. A second one, or five seconds after the first,
/// ends the process whatever it does: a file on a dead network drive cannot be waited for.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Timer _end;
    private int _exitCode = ExitCodes.Cancelled;

    public StopSignal()
    {
        _end = new Timer(_ => End());
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _end.Dispose();
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        _exitCode = context.Signal == PosixSignal.SIGTERM ? ExitCodes.Terminated : ExitCodes.Cancelled;
        if (_stop.IsCancellationRequested)
            End();
        _end.Change(s_patience, Timeout.InfiniteTimeSpan);
        _stop.Cancel();
    }

    // Not Environment.Exit: that waits for whatever hangs.
    private void End()
    {
        Console.Error.WriteLine("Ended without waiting for what was still in work.");
        Console.Error.Flush();
        Exit(_exitCode);
    }

    private static void Exit(int code)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);
        ExitNow(code);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void ExitNow(int code);
}
