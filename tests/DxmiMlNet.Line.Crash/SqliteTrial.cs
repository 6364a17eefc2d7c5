using DxmiMlNet.Line.Client;

namespace DxmiMlNet.Line.Crash;

/// <summary>
/// One service on SQLite, half of the parts by HTTP (each sent until it is answered), half as files in a watched folder, a SIGKILL every so many seconds: every accepted part must have exactly
/// one verdict, every verdict that was told must be the one on record, and the audit chain must be whole.
/// </summary>
internal sealed class SqliteTrial(int parts, int seconds) : Trial
{
    private readonly Dictionary<string, string> _told = [];
    private int _sent;

    public async Task<int> RunAsync()
    {
        TrialModel.Train(In("good"), Model);
        string incoming = Directory.CreateDirectory(In("incoming")).FullName;
        var (service, client) = Service("trial", settings =>
        {
            settings["Folders"] = new[] { new { Path = incoming, Station = "folder", Interval = "00:00:00.05", Settle = "00:00:00.2" } };
            return settings;
        });
        byte[][] photographs = [.. Enumerable.Range(0, 50).Select(i => TrialModel.Photograph(1000 + i, i % 5 == 0))];
        using (service)
        {
            service.Start();
            using var done = new CancellationTokenSource();
            var killing = KillAsync(service, done.Token);
            await Task.WhenAll(PostAsync(client, photographs), DropAsync(incoming, photographs));
            // The last parts are decided while nobody is killed any more.
            await done.CancelAsync();
            await killing;
            var found = await RecordAsync(client, parts, TimeSpan.FromMinutes(2));
            var audit = await client.VerifyAuditAsync();
            int otherwise = _told.Count(told => found.Verdicts.GetValueOrDefault(told.Key)?.Verdict != told.Value);
            Console.WriteLine($"parts {parts}, requests {_sent}, kills {service.Kills}, accepted {found.Accepted}, decided {found.Verdicts.Count}, missing {parts - found.Verdicts.Count}, "
                + $"doubled {found.Audited - found.Verdicts.Count}, told otherwise {otherwise}, audit {(audit.Intact ? "intact" : audit.Problem)} ({audit.Rows} rows)");
            return End(audit.Intact && found.Verdicts.Count == parts && found.Audited == parts && otherwise == 0);
        }
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

    private Task PostAsync(LineClient client, byte[][] photographs) => Parallel.ForAsync(0, parts / 2, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancellation) =>
    {
        while (true)
        {
            try
            {
                Interlocked.Increment(ref _sent);
                var verdict = await client.InspectAsync(photographs[i % photographs.Length], new PartToInspect { PartId = $"http-{i}", Station = "http" }, cancellation);
                lock (_told)
                    _told[verdict.PartId] = verdict.Verdict;
                return;
            }
            catch (Exception e) when (e is HttpRequestException or LineProblemException or TaskCanceledException or IOException)
            {
            }
            await Task.Delay(200, cancellation);
        }
    });

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
}
