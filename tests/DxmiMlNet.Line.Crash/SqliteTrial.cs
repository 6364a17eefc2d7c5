using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace DxmiMlNet.Line.Crash;

/// <summary>
/// One service on SQLite, half of the parts by HTTP (each sent until it is answered), half as files in a watched folder, a SIGKILL every so many seconds: every accepted part must have exactly
/// one verdict, every verdict that was told must be the one on record, and the audit chain must be whole.
/// </summary>
internal sealed class SqliteTrial(int parts, int seconds)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dxmi-crash-").FullName;
    private readonly Dictionary<string, string> _told = [];
    private int _sent;

    public async Task<int> RunAsync()
    {
        string model = Path.Combine(_folder, "model.zip"), incoming = Path.Combine(_folder, "incoming"), settings = Path.Combine(_folder, "line.json");
        TrialModel.Train(Path.Combine(_folder, "good"), model);
        Directory.CreateDirectory(incoming);
        int port = FreePort();
        string data = Path.Combine(_folder, "data");
        File.WriteAllText(settings, JsonSerializer.Serialize(new
        {
            Name = "trial",
            DataFolder = data,
            Http = new { Url = $"http://127.0.0.1:{port}" },
            Images = new { Keep = "All" },
            Recipes = new { part = new { ModelFile = model, Deadline = "00:10:00" } },
            Folders = new[] { new { Path = incoming, Station = "folder", Interval = "00:00:00.05", Settle = "00:00:00.2" } },
        }));
        byte[][] photographs = [.. Enumerable.Range(0, 50).Select(i => TrialModel.Photograph(1000 + i, i % 5 == 0))];
        using var service = new ServiceProcess(settings, Path.Combine(_folder, "service.log"));
        service.Start();
        using var done = new CancellationTokenSource();
        var killing = KillAsync(service, done.Token);
        await Task.WhenAll(PostAsync(port, photographs), DropAsync(incoming, photographs));
        var options = LineConfiguration.Load(settings);
        // The last parts are decided while nobody is killed any more.
        await done.CancelAsync();
        await killing;
        var found = await Eventually(port, parts);
        var audit = await LineAudit.VerifyAsync(options);
        int otherwise = _told.Count(told => found.Verdicts.GetValueOrDefault(told.Key) != told.Value);
        Console.WriteLine($"parts {parts}, requests {_sent}, kills {service.Kills}, accepted {found.Accepted}, decided {found.Verdicts.Count}, missing {parts - found.Verdicts.Count}, "
            + $"doubled {found.AuditVerdicts - found.Verdicts.Count}, told otherwise {otherwise}, audit {(audit.Intact ? "intact" : audit.Problem)} ({audit.Rows} rows)");
        bool good = audit.Intact && found.Verdicts.Count == parts && found.AuditVerdicts == parts && otherwise == 0;
        service.Dispose();
        if (good)
            Directory.Delete(_folder, recursive: true);
        else
            Console.WriteLine($"Kept for a look: {_folder}");
        return good ? 0 : 1;
    }

    private async Task KillAsync(ServiceProcess service, CancellationToken done)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (done.IsCancellationRequested)
                return;
            service.Kill();
        }
    }

    private async Task PostAsync(int port, byte[][] photographs)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        await Parallel.ForAsync(0, parts / 2, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancellation) =>
        {
            while (true)
            {
                try
                {
                    Interlocked.Increment(ref _sent);
                    using var content = new ByteArrayContent(photographs[i % photographs.Length]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
                    using var response = await client.PostAsync($"/v1/parts?partId=http-{i}&station=http", content, cancellation);
                    if (response.StatusCode == HttpStatusCode.OK)
                    {
                        string verdict = LineJson.Read<LineVerdict>(await response.Content.ReadAsStringAsync(cancellation)).Verdict;
                        lock (_told)
                            _told[$"http-{i}"] = verdict;
                        return;
                    }
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
                {
                }
                await Task.Delay(200, cancellation);
            }
        });
    }

    private async Task DropAsync(string incoming, byte[][] photographs)
    {
        for (int i = 0; i < parts - parts / 2; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(incoming, $"{i}.json"), $$"""{ "partId": "file-{{i}}" }""");
            await File.WriteAllBytesAsync(Path.Combine(incoming, $"{i}.png"), photographs[i % photographs.Length]);
            // No faster than the service takes them: the trial is of crashes, not of a full folder.
            while (Directory.EnumerateFiles(incoming, "*.png").Count() > 50)
                await Task.Delay(50);
        }
        while (Directory.EnumerateFiles(incoming, "*.png").Any())
            await Task.Delay(100);
    }

    // Asks until all are decided, for two minutes at most.
    private static async Task<(int Accepted, Dictionary<string, string> Verdicts, int AuditVerdicts)> Eventually(int port, int parts)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var end = DateTime.UtcNow.AddMinutes(2);
        while (true)
        {
            var verdicts = new Dictionary<string, string>();
            int accepted = 0, audited = 0;
            try
            {
                for (DateTimeOffset? before = null; ;)
                {
                    var page = LineJson.Read<PartView[]>(await client.GetStringAsync($"/v1/parts?limit=500{(before is { } b ? $"&before={Uri.EscapeDataString(b.ToString("O"))}" : "")}"));
                    foreach (var part in page.Where(part => !verdicts.ContainsKey(part.PartId)))
                    {
                        accepted++;
                        if (part.Verdict is { } verdict)
                            verdicts[part.PartId] = verdict.Verdict;
                    }
                    if (page.Length < 500)
                        break;
                    // One millisecond more: parts of the same one lie on both pages.
                    before = page[^1].AcceptedAt.AddMilliseconds(1);
                }
                for (long after = 0; ;)
                {
                    var rows = LineJson.Read<AuditRow[]>(await client.GetStringAsync($"/v1/audit?limit=1000&after={after}"));
                    audited += rows.Count(row => row.Kind == "verdict");
                    if (rows.Length == 0)
                        break;
                    after = rows[^1].Number;
                }
                if (verdicts.Count == parts || DateTime.UtcNow > end)
                    return (accepted, verdicts, audited);
            }
            catch (HttpRequestException) when (DateTime.UtcNow < end)
            {
            }
            await Task.Delay(500);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
