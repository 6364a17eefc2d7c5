using System.Text.Json;
using DxmiMlNet.Line.Client;

namespace DxmiMlNet.Line.Crash;

/// <summary>A folder with a model, services and what is asked of them in the end.</summary>
internal abstract class Trial
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("dxmi-line-").FullName;

    protected string Model => Path.Combine(Folder, "model.zip");

    protected string In(string name) => Path.Combine(Folder, name);

    /// <summary>A service with these settings, and a client of it; not started yet.</summary>
    protected (ServiceProcess Service, LineClient Client) Service(string name, Func<Dictionary<string, object>, Dictionary<string, object>>? change = null, string? key = null)
    {
        int port = Server.FreePort();
        var settings = new Dictionary<string, object>
        {
            ["Name"] = name,
            ["DataFolder"] = In("data"),
            ["Http"] = new { Url = $"http://127.0.0.1:{port}" },
            ["Images"] = new { Keep = "All" },
            ["Recipes"] = new { part = new { ModelFile = Model, Deadline = "00:10:00" } },
        };
        settings = change?.Invoke(settings) ?? settings;
        string file = In($"{name}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(settings).Replace("\"{PORT}\"", $"\"http://127.0.0.1:{port}\""));
        return (new ServiceProcess(file, In($"{name}.log")), new LineClient(new Uri($"http://127.0.0.1:{port}"), key));
    }

    /// <summary>Waits until it takes parts in.</summary>
    protected static async Task ReadyAsync(LineClient client)
    {
        for (var end = DateTime.UtcNow.AddMinutes(2); ; await Task.Delay(100))
        {
            try
            {
                if (await client.IsReadyAsync())
                    return;
            }
            catch (HttpRequestException) when (DateTime.UtcNow < end)
            {
            }
            if (DateTime.UtcNow > end)
                throw new InvalidOperationException("The service does not get ready.");
        }
    }

    /// <summary>All parts with their verdicts, and how many verdicts the audit chain has, once all are decided or the time is over.</summary>
    protected static async Task<(int Accepted, Dictionary<string, LineVerdict> Verdicts, int Audited)> RecordAsync(LineClient client, int parts, TimeSpan longest)
    {
        for (var end = DateTime.UtcNow + longest; ; await Task.Delay(500))
        {
            try
            {
                var (accepted, verdicts) = await PartsAsync(client);
                if (verdicts.Count < parts && DateTime.UtcNow < end)
                    continue;
                int audited = 0;
                for (long after = 0; ;)
                {
                    var rows = await client.GetAuditAsync(after);
                    if (rows.Count == 0)
                        break;
                    audited += rows.Count(row => row.Kind == "verdict");
                    after = rows[^1].Number;
                }
                return (accepted, verdicts, audited);
            }
            catch (Exception e) when (e is HttpRequestException or LineProblemException or TaskCanceledException or IOException)
            {
            }
        }
    }

    private static async Task<(int Accepted, Dictionary<string, LineVerdict> Verdicts)> PartsAsync(LineClient client)
    {
        var accepted = new HashSet<string>();
        var verdicts = new Dictionary<string, LineVerdict>();
        for (DateTimeOffset? before = null; ;)
        {
            var page = await client.ListPartsAsync(new PartFilter { Before = before, Limit = 500 });
            foreach (var part in page)
            {
                accepted.Add(part.PartId);
                if (part.Verdict is { } verdict)
                    verdicts[part.PartId] = verdict;
            }
            if (page.Count < 500)
                return (accepted.Count, verdicts);
            // One millisecond more: parts of the same one lie on both pages.
            before = page[^1].AcceptedAt.AddMilliseconds(1);
        }
    }

    /// <summary>How many parts a second a service decides, asked by so many at once.</summary>
    protected static async Task<double> CapacityAsync(LineClient client, byte[][] photographs, int connections, TimeSpan time, string prefix)
    {
        int done = 0, number = 0;
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            while (System.Diagnostics.Stopwatch.GetElapsedTime(start) < time)
            {
                int i = Interlocked.Increment(ref number);
                await client.InspectAsync(photographs[i % photographs.Length], new PartToInspect { PartId = $"{prefix}-{i}", Station = "capacity" });
                Interlocked.Increment(ref done);
            }
        })));
        return done / System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    protected static double At(IReadOnlyList<double> ascending, double share) => ascending.Count == 0 ? double.NaN : ascending[Math.Min(ascending.Count - 1, (int)(share * ascending.Count))];

    /// <summary>Says how it went; the folder stays where it went badly.</summary>
    protected int End(bool good)
    {
        if (!good)
            Console.WriteLine($"FAILED. Kept for a look: {Folder}");
        try
        {
            if (good)
                Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // A server that still ends has written into it meanwhile.
        }
        return good ? 0 : 1;
    }
}
