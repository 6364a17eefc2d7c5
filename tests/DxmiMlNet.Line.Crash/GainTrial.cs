using DxmiMlNet.Line.Client;

namespace DxmiMlNet.Line.Crash;

/// <summary>Good parts, then good parts whose light is so much brighter: after how many is it noticed, and by what; and how many parts without a change raised no alarm before.</summary>
internal sealed class GainTrial(double gain, int runs, int within) : Trial
{
    private const int Before = 300, Most = 1000, Size = 128;

    public async Task<int> RunAsync()
    {
        TrialModel.Train(In("good"), Model, size: Size, good: 100);
        var delays = new List<int>();
        int early = 0;
        var kinds = new List<string>();
        for (int run = 0; run < runs; run++)
        {
            var (service, client) = Service($"gain-{run}", s =>
            {
                s["DataFolder"] = In($"data-{run}");
                s["Drift"] = new { DefectRate = 0.02 };
                return s;
            });
            using (service)
            {
                service.Start();
                await ReadyAsync(client);
                using var end = new CancellationTokenSource();
                var alarm = new TaskCompletionSource<LineAlarm>();
                var watching = Task.Run(async () =>
                {
                    await foreach (var happened in client.WatchAlarmsAsync(end.Token))
                        alarm.TrySetResult(happened);
                });
                await Task.Delay(500);
                for (int i = 0; i < Before; i++)
                    await client.InspectAsync(TrialModel.Photograph(10_000 * (run + 1) + i, false, Size), new PartToInspect { Station = "cell" });
                if (alarm.Task.IsCompleted)
                {
                    early++;
                    continue;
                }
                int after = 0;
                while (!alarm.Task.IsCompleted && after < Most)
                {
                    after++;
                    await client.InspectAsync(TrialModel.Photograph(10_000 * (run + 1) + Before + after, false, Size, gain), new PartToInspect { Station = "cell" });
                    await Task.WhenAny(alarm.Task, Task.Delay(20));
                }
                delays.Add(after);
                kinds.Add(alarm.Task.IsCompleted ? alarm.Task.Result.Kind : "none");
                await end.CancelAsync();
                await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        delays.Sort();
        Console.WriteLine($"brightness x {gain}: noticed after {(delays.Count > 0 ? $"{delays[delays.Count / 2]} parts (median of {delays.Count}), {delays[^1]} at most" : "-")}, by {string.Join(", ", kinds.GroupBy(k => k).Select(g => $"{g.Key} {g.Count()}"))}; "
            + $"alarms in {Before} parts before the change: {early} of {runs} runs; stated {within}");
        return End(early == 0 && delays.Count == runs && delays[^1] <= within);
    }
}
