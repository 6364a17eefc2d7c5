using System.Collections.Concurrent;
using DxmiMlNet.Line.Client;

namespace DxmiMlNet.Line.Crash;

/// <summary>Models uploaded, made a shadow, made live and rolled back every second while parts come: none fails, each verdict names a model, and replay agrees with that model.</summary>
internal sealed class ModelTrial(int seconds) : Trial
{
    private const int Connections = 4, Replayed = 200;

    public async Task<int> RunAsync()
    {
        string other = In("other.zip");
        TrialModel.Train(In("good"), Model);
        TrialModel.Train(In("good"), other, firstGood: 7);
        byte[][] photographs = [.. Enumerable.Range(0, 50).Select(i => TrialModel.Photograph(1000 + i, i % 5 == 0))];
        var (service, client) = Service("models");
        using (service)
        {
            service.Start();
            await ReadyAsync(client);
            string first = (await client.GetModelsAsync()).Single().Live!;
            var verdicts = new ConcurrentBag<LineVerdict>();
            int number = 0, errors = 0, changes = 0;
            using var end = new CancellationTokenSource();
            var load = Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    int i = Interlocked.Increment(ref number);
                    try
                    {
                        verdicts.Add(await client.InspectAsync(photographs[i % photographs.Length], new PartToInspect { PartId = $"part-{i}" }));
                    }
                    catch (Exception e) when (e is LineProblemException or HttpRequestException)
                    {
                        Interlocked.Increment(ref errors);
                    }
                }
            })));
            string second;
            await using (var file = File.OpenRead(other))
                second = (await client.UploadModelAsync("part", file)).Hash;
            for (var until = DateTime.UtcNow.AddSeconds(seconds); DateTime.UtcNow < until; changes++)
            {
                await Task.Delay(1000);
                _ = (changes % 4) switch
                {
                    0 => await client.SetShadowAsync("part", second),
                    1 => await client.ActivateModelAsync("part", second),
                    2 => await client.RollBackModelAsync("part"),
                    _ => await client.SetShadowAsync("part", null),
                };
            }
            await end.CancelAsync();
            await load;
            int unnamed = verdicts.Count(v => v.Reason is not null || (v.Model?.Hash != first && v.Model?.Hash != second)), disagree = 0;
            foreach (var verdict in verdicts.OrderBy(v => v.ImageHash + v.PartId, StringComparer.Ordinal).Take(Replayed))
                if (!(await client.ReplayAsync(verdict.PartId)).Agrees)
                    disagree++;
            var audit = await client.VerifyAuditAsync();
            Console.WriteLine($"parts {verdicts.Count}, changes {changes} (shadow, live, roll back, no shadow), errors {errors}, without model {unnamed}, by model {string.Join(" + ", verdicts.GroupBy(v => v.Model?.Hash).Select(g => g.Count()))}, "
                + $"scored by a shadow {verdicts.Count(v => v.Shadow is not null)} (failed {verdicts.Count(v => v.Shadow is { Score: null })}), replayed {Replayed}, disagree {disagree}, audit {(audit.Intact ? "intact" : audit.Problem)}");
            return End(errors == 0 && unnamed == 0 && disagree == 0 && audit.Intact);
        }
    }
}
