using System.Diagnostics;

namespace DxmiMlNet.Line.Crash;

/// <summary>A service that can be killed as by a power cut of the process.</summary>
internal sealed class ServiceProcess(string settings, string log) : IDisposable
{
    private Process? _process;

    public int Kills { get; private set; }

    /// <summary>Memory that it has, as the system counts it.</summary>
    public long ResidentBytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    public void Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ServiceProcess).Assembly.Location);
        start.ArgumentList.Add("serve");
        start.ArgumentList.Add(settings);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL, and a new start.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Kills++;
        Start();
    }

    public void Dispose()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            lock (this)
                File.AppendAllText(log, line.Data + Environment.NewLine);
    }
}
