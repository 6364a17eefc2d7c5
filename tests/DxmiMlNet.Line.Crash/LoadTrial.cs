using System.Collections.Concurrent;
using System.Diagnostics;
using DxmiMlNet.Line.Client;

namespace DxmiMlNet.Line.Crash;

/// <summary>
/// HTTP at 80 % of what the service can do, for so many seconds on so many connections: no error, latencies, memory, and how much of a part's time is the service's own: what is neither decoding nor
/// scoring, and not waiting for a worker that scores another part either.
/// </summary>
internal sealed class LoadTrial(int seconds, int connections, double share) : Trial
{
    private sealed record Answer(double Latency, double Queue, double Read, double Decode, double Score, double At);

    public async Task<int> RunAsync()
    {
        TrialModel.Train(In("good"), Model, size: 256);
        byte[][] photographs = [.. Enumerable.Range(0, 50).Select(i => TrialModel.Photograph(1000 + i, i % 5 == 0, 256))];
        var (service, client) = Service("load", s =>
        {
            s["Images"] = new { Keep = "Rejects", Recent = "00:01:00" };
            return s;
        });
        using (service)
        {
            service.Start();
            await ReadyAsync(client);
            await CapacityAsync(client, photographs, connections, TimeSpan.FromSeconds(5), "warm");
            double capacity = await CapacityAsync(client, photographs, connections, TimeSpan.FromSeconds(15), "capacity"), rate = share * capacity;
            Console.WriteLine($"capacity {capacity:0.0} parts/s on {connections} connections; {seconds} s at {rate:0.0} parts/s, machine load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
            var answers = new ConcurrentBag<Answer>();
            int errors = 0, number = 0;
            long early = 0, start = Stopwatch.GetTimestamp();
            var memory = Task.Run(async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(60, seconds / 2)));
                early = service.ResidentBytes;
            });
            await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
            {
                while (true)
                {
                    int i = Interlocked.Increment(ref number);
                    double due = i / rate, now = Stopwatch.GetElapsedTime(start).TotalSeconds;
                    if (due > seconds)
                        return;
                    if (due > now)
                        await Task.Delay(TimeSpan.FromSeconds(due - now));
                    long sent = Stopwatch.GetTimestamp();
                    try
                    {
                        var verdict = await client.InspectAsync(photographs[i % photographs.Length], new PartToInspect { PartId = $"load-{i}", Station = "load" });
                        var t = verdict.Timings!;
                        answers.Add(new Answer(Stopwatch.GetElapsedTime(sent).TotalMilliseconds, t.Queue, t.Read, t.Decode, t.Score, due));
                        if (verdict.Reason is not null)
                            Interlocked.Increment(ref errors);
                    }
                    catch (Exception e) when (e is HttpRequestException or LineProblemException or TaskCanceledException)
                    {
                        Interlocked.Increment(ref errors);
                    }
                }
            })));
            await memory;
            long late = service.ResidentBytes;
            double Of(Func<Answer, double> value, double at) => At([.. answers.Select(value).Order()], at);
            double p50 = Of(a => a.Latency, 0.5), p99 = Of(a => a.Latency, 0.99), own = Of(a => a.Latency - a.Queue - a.Decode - a.Score, 0.5), wait = Of(a => a.Latency - a.Decode - a.Score, 0.5);
            Console.WriteLine($"parts {answers.Count}, errors {errors}, {answers.Count / (double)seconds:0.0} parts/s, p50 {p50:0.0} ms, p95 {Of(a => a.Latency, 0.95):0.0} ms, p99 {p99:0.0} ms ({p99 / p50:0.0} x p50), "
                + $"score p50 {Of(a => a.Score, 0.5):0.0} ms, decode p50 {Of(a => a.Decode, 0.5):0.0} ms, waiting for a worker p50 {Of(a => a.Queue, 0.5):0.0} ms, own time p50 {own:0.00} ms ({wait:0.00} ms with waiting), "
                + $"memory {early >> 20} MB, at the end {late >> 20} MB ({100.0 * late / early - 100:+0.0;-0.0} %)");
            return End(errors == 0 && p99 < 3 * p50 && own <= 3 && late <= 1.1 * early);
        }
    }
}
