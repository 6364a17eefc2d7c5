using System.Diagnostics;
using System.Net;
using DxmiMlNet.Line.Client;

namespace DxmiMlNet.Line.Crash;

/// <summary>
/// A service whose data lie on a small file system of their own, which is filled up while parts come by HTTP and by folder: then HTTP answers 507, files stay where they are and readiness is red; after
/// there is room again every accepted part gets its verdict, and the files are taken.
/// </summary>
internal sealed class DiskTrial(int megabytes) : Trial, IDisposable
{
    private bool _mounted;

    public async Task<int> RunAsync()
    {
        TrialModel.Train(In("good"), Model);
        byte[][] photographs = [.. Enumerable.Range(0, 20).Select(i => TrialModel.Photograph(1000 + i, i % 5 == 0))];
        string data = Directory.CreateDirectory(In("data")).FullName, incoming = Directory.CreateDirectory(In("incoming")).FullName;
        _mounted = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "none", data);
        if (!_mounted)
        {
            Console.WriteLine("A tmpfs cannot be mounted here: run this as root.");
            return End(false);
        }
        var (service, client) = Service("disk", s =>
        {
            // Nothing kept free: the writes themselves must fail.
            s["Images"] = new { Keep = "All", MinimumFreeMegabytes = 0 };
            s["Folders"] = new[] { new { Path = incoming, Station = "folder", Interval = "00:00:00.1", Settle = "00:00:00.2" } };
            return s;
        });
        using (service)
        {
            service.Start();
            await ReadyAsync(client);
            int accepted = 0, refused = 0, other = 0, number = 0;
            async Task SendAsync()
            {
                try
                {
                    await client.SubmitAsync(photographs[number % photographs.Length], new PartToInspect { PartId = $"http-{number++}" });
                    accepted++;
                }
                catch (LineProblemException e)
                {
                    _ = e.Status == 507 ? refused++ : other++;
                }
            }
            for (int i = 0; i < 50; i++)
                await SendAsync();
            // All but a few hundred kilobytes; what is left goes with the next parts.
            string ballast = Path.Combine(data, "ballast");
            Fill(ballast, leave: 300_000);
            for (int i = 0; i < 400; i++)
                await SendAsync();
            for (int i = 0; i < 20; i++)
                File.WriteAllBytes(Path.Combine(incoming, $"{i}.png"), photographs[i % photographs.Length]);
            await Task.Delay(3000);
            int waiting = Directory.GetFiles(incoming, "*.png").Length;
            bool red = !await ReadySafelyAsync(client);
            for (int i = 0; i < 50; i++)
                await SendAsync();
            int before = accepted;
            File.Delete(ballast);
            for (var end = DateTime.UtcNow.AddMinutes(1); Directory.GetFiles(incoming, "*.png").Length > 0 && DateTime.UtcNow < end;)
                await Task.Delay(100);
            bool green = await ReadySafelyAsync(client);
            await SendAsync();
            int left = Directory.GetFiles(incoming, "*.png").Length;
            var found = await RecordAsync(client, accepted + 20, TimeSpan.FromMinutes(2));
            var audit = await client.VerifyAuditAsync();
            int http = found.Verdicts.Keys.Count(id => id.StartsWith("http-", StringComparison.Ordinal));
            Console.WriteLine($"tmpfs {megabytes} MB: accepted {before}, 507 {refused}, other answers {other}, files that waited {waiting} of 20, ready while full: {(red ? "no" : "yes")}, after there is room: {(green ? "yes" : "no")}, "
                + $"accepted then {accepted - before}, files left {left}, verdicts by HTTP {http} of {accepted}, by folder {found.Verdicts.Count - http}, doubled {found.Audited - found.Verdicts.Count}, audit {(audit.Intact ? "intact" : audit.Problem)}");
            bool good = refused > 0 && other == 0 && red && green && left == 0 && http == accepted && found.Audited == found.Verdicts.Count && audit.Intact;
            service.Dispose();
            Unmount();
            return End(good);
        }
    }

    private static async Task<bool> ReadySafelyAsync(LineClient client)
    {
        try
        {
            return await client.IsReadyAsync();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Fill(string path, long leave)
    {
        long free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace - leave;
        using var file = File.Create(path);
        byte[] block = new byte[1 << 16];
        for (long written = 0; written < free; written += block.Length)
            file.Write(block, 0, (int)Math.Min(block.Length, free - written));
    }

    private void Unmount()
    {
        if (_mounted)
            Run("umount", "-l", In("data"));
        _mounted = false;
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    public void Dispose() => Unmount();
}
