using System.Diagnostics;

namespace DxmiMlNet.Line.Crash;

/// <summary>A service that can be killed as by a power cut of the process; as systemd does, it is started again whenever it ends.</summary>
internal sealed class ServiceProcess(string settings, string log) : IDisposable
{
    private readonly Lock _gate = new();
    private Process? _process;
    private bool _ended;

    public int Kills { get; private set; }

    /// <summary>Memory that it has, as the system counts it.</summary>
    public long ResidentBytes
    {
        get
        {
            lock (_gate)
            {
                _process!.Refresh();
                return _process.HasExited ? 0 : _process.WorkingSet64;
            }
        }
    }

    public void Start()
    {
        lock (_gate)
        {
            if (_ended)
                return;
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
                start.ArgumentList.Add(typeof(ServiceProcess).Assembly.Location);
            start.ArgumentList.Add("serve");
            start.ArgumentList.Add(settings);
            _process = new Process { StartInfo = start, EnableRaisingEvents = true };
            _process.OutputDataReceived += Keep;
            _process.ErrorDataReceived += Keep;
            _process.Exited += (_, _) => Start();
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }
    }

    /// <summary>SIGKILL, and a new start.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (_ended)
                return;
            Kills++;
            _process!.Kill();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_ended)
                return;
            _ended = true;
            _process?.Kill();
        }
        _process?.WaitForExit();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null && File.Exists(settings))   // the trial's folder is there
            lock (_gate)
                File.AppendAllText(log, line.Data + Environment.NewLine);
    }
}
