using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DxmiMlNet.Line.Crash;

/// <summary>A program that a trial starts, stops and kills.</summary>
internal abstract partial class Server(string name, string folder) : IDisposable
{
    private const int Interrupt = 2, Terminate = 15, Killed = 9;
    private Process? _process;

    public int Port { get; } = FreePort();

    protected string Folder { get; } = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    protected abstract ProcessStartInfo Command();

    /// <summary>The process that serves: not the one that only changed the user.</summary>
    protected virtual int Pid => _process!.Id;

    public async Task StartAsync()
    {
        var start = Command();
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        for (var end = DateTime.UtcNow.AddMinutes(1); ;)
        {
            _process = Process.Start(start)!;
            _process.OutputDataReceived += (_, line) => Keep(line.Data);
            _process.ErrorDataReceived += (_, line) => Keep(line.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
            while (!_process.HasExited)
            {
                if (await AnswersAsync())
                    return;
                await Task.Delay(50);
            }
            // What a killed server leaves behind ends a moment later.
            if (DateTime.UtcNow > end)
                throw new InvalidOperationException($"{name} does not start; its log is in '{Folder}'.");
            await Task.Delay(500);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        Signal(Pid, Killed);
        await _process!.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>As an administrator stops it.</summary>
    public async Task StopAsync()
    {
        Signal(Pid, this is Postgres ? Interrupt : Terminate);
        await _process!.WaitForExitAsync();
        _process.Dispose();
    }

    public void Dispose()
    {
        if (_process is null)
            return;
        try
        {
            if (!_process.HasExited)
            {
                Signal(Pid, this is Postgres ? Interrupt : Terminate);
                if (!_process.WaitForExit(10_000))
                    _process.Kill(entireProcessTree: true);
            }
            _process.Dispose();
        }
        catch (InvalidOperationException)
        {
            // It was stopped before.
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is not null && Directory.Exists(Folder))
            lock (this)
                File.AppendAllText(Path.Combine(Folder, "server.log"), line + Environment.NewLine);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    protected static string Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(folder => Path.Combine(folder, name))
        .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin", name)) : []).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"There is no {name}: install Debian's packages mosquitto and postgresql.");

    private static void Signal(int pid, int signal) => _ = SendSignal(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}

/// <summary>Mosquitto, which keeps its sessions on disk.</summary>
internal sealed class Mosquitto(string folder) : Server("mosquitto", folder)
{
    protected override ProcessStartInfo Command()
    {
        string settings = Path.Combine(Folder, "mosquitto.conf");
        File.WriteAllText(settings, $"listener {Port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {Folder}/\nmax_queued_messages 0\nuser root\n");
        return new ProcessStartInfo(Find("mosquitto"), ["-c", settings]);
    }
}

/// <summary>PostgreSQL with its own settings, which fsync.</summary>
internal sealed class Postgres : Server
{
    private readonly string _data;
    private readonly string[] _as;

    public Postgres(string folder)
        : base("postgres", folder)
    {
        _data = Path.Combine(Folder, "data");
        // It does not run as root.
        _as = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        if (_as.Length > 0)
        {
            Run("chmod", "a+x", folder);
            Run("chown", "postgres", Folder);
        }
        Run([.. _as, Find("initdb"), "-D", _data, "-A", "trust", "-U", "dxmi", "-E", "UTF8"]);
    }

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Database=postgres;Username=dxmi;Timeout=5;Command Timeout=10";

    protected override int Pid => int.Parse(File.ReadLines(Path.Combine(_data, "postmaster.pid")).First());

    protected override ProcessStartInfo Command() => new(_as.Length > 0 ? _as[0] : Find("postgres"),
        [.. _as.Length > 0 ? [.. _as[1..], Find("postgres")] : Array.Empty<string>(), "-D", _data, "-h", "127.0.0.1", "-p", $"{Port}", "-k", Folder]);

    private static void Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{string.Join(' ', command)}' ends with {process.ExitCode}.");
    }
}
