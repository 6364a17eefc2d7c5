using System.Collections.Concurrent;
using System.CommandLine;
using System.Runtime.ExceptionServices;
using DxmiMlNet.Files;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Persistence;
using TorchSharp;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi experiment densities</c>: DDPM and DxMI on densities of the plane, as a table with figures.</summary>
internal sealed class DensitiesCommand : InspectionCommand
{
    private const int MostTimedIterations = 100;
    private static readonly int[] s_timedBatches = [256, 1024];

    private readonly Option<string> _output;
    private readonly Option<string[]> _density;
    private readonly Option<int> _seeds, _iterations, _points, _parallel;
    private readonly Option<int?> _threads;

    public DensitiesCommand(Streams streams)
        : base(streams, "densities", "Trains samplers and energies on densities of the plane and measures them; a stopped run goes on where it was.")
    {
        _output = Add(new Option<string>("--output") { Description = "Folder to write to; rows that it holds already are kept.", DefaultValueFactory = _ => "densities-out", HelpName = "DIR" });
        string[] names = [.. Density.All.Select(d => d.Name)];
        _density = Add(new Option<string[]>("--density") { Description = $"Only these: {string.Join(", ", names)}.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => names }
            .AcceptOnlyFromAmong(names));
        _seeds = Add(AtLeastOne("--seeds", "Runs of every row, with seeds 1 to N.", 3));
        _iterations = Add(AtLeastOne("--iterations", "Iterations of every run.", new DensityRun { Density = "" }.Iterations));
        _points = Add(AtLeastOne("--points", "Samples, and as many data points, that are measured.", new DensityRun { Density = "" }.Points));
        _parallel = Add(AtLeastOne("--parallel", "Rows trained at a time; each keeps a processor busy.", 1));
        _threads = Add(CommonOptions.Threads());
    }

    protected override string CancelledNote => "Run the same command again to go on with the rows that are missing.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        string output = parsed.GetRequiredValue(_output);
        using var place = new ResultsPlace(output);
        torch.set_num_threads(parsed.GetValue(_threads) ?? 1);
        string[] densities = [.. parsed.GetRequiredValue(_density).Distinct()];
        int iterations = parsed.GetValue(_iterations);
        DensityRun[] runs = [.. DensityPlan.Rows(densities, parsed.GetValue(_seeds), iterations, parsed.GetValue(_points))];
        var store = new DensityRowStore(output);
        var (rows, times) = run.WithProgress(progress =>
        {
            int timed = Math.Min(iterations, MostTimedIterations);
            var milliseconds = s_timedBatches.ToDictionary(batch => $"{batch}", batch => Math.Round(DensityExperiment.MillisecondsPerIteration(batch, timed), 3));
            return (Rows(runs, store, parsed.GetValue(_parallel), progress, run.Cancellation), milliseconds);
        });
        var summary = new DensitiesSummary(rows, times, Path.Combine(output, DensitiesReport.PageName));
        new DensitiesReport(rows, times).Save(output);
        summary.Print(run.Console);
        return run.Finish(new { summary.Rows, MsPerIteration = times, summary.Report, Output = output, run.Seconds, PeakMemoryMb = PeakMemory.Megabytes() }, []);
    }

    // In the plan's order, several at a time: a row computes with its own generator on its own thread, and comes out the same whatever runs beside it.
    private static DensityRow[] Rows(DensityRun[] runs, DensityRowStore store, int parallel, IProgress<InspectionProgress> progress, CancellationToken cancellation)
    {
        DensityRow?[] rows = Array.ConvertAll(runs, store.Find);
        int[] missing = [.. Enumerable.Range(0, runs.Length).Where(i => rows[i] is null)];
        var fractions = new double[runs.Length];
        int done = 0;
        try
        {
            Parallel.ForEach(Partitioner.Create(missing, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation }, i =>
                {
                    rows[i] = DensityRow.Train(runs[i], store, fraction =>
                    {
                        fractions[i] = fraction;
                        progress.Report(new InspectionProgress("Training on densities", fractions.Sum() / missing.Length, $"{Volatile.Read(ref done)} of {missing.Length} rows, {runs[i].Key}"));
                    }, cancellation);
                    fractions[i] = 1;
                    Interlocked.Increment(ref done);
                });
        }
        catch (AggregateException e) when (e.InnerException is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
        return rows!;
    }

    private static Option<int> AtLeastOne(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int number) && number < 1)
                result.AddError($"Option '{name}' is {number}, and should be 1 or more.");
        });
        return option;
    }
}
