using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using DxmiMlNet.Files;
using TorchSharp;

namespace DxmiMlNet.Lab.Densities;

/// <summary>DDPM and DxMI on densities of the plane: trains the rows that are missing, measures them, and writes the table with curves and figures.</summary>
public static class DensitiesExperiment
{
    private const int MostTimedIterations = 100;
    private static readonly int[] s_timedBatches = [256, 1024];

    /// <summary>Runs what is missing; a stopped run goes on where it was.</summary>
    /// <param name="options">What is run.</param>
    /// <param name="progress">Told how far it is, from several threads.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    /// <exception cref="DxmiException">The folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DensitiesSummary Run(DensitiesOptions options, IProgress<InspectionProgress> progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        using var place = new ResultsPlace(options.OutputFolder);
        torch.set_num_threads(options.Threads);
        DensityRun[] runs = [.. DensityPlan.Rows([.. options.Densities.Distinct()], options.Seeds, options.Iterations, options.Points, options.AnyStep)];
        int timed = Math.Min(options.Iterations, MostTimedIterations);
        var times = s_timedBatches.ToDictionary(batch => $"{batch}", batch => Math.Round(DensityExperiment.MillisecondsPerIteration(batch, timed), 3));
        var rows = Rows(runs, new DensityRowStore(options.OutputFolder), options.Parallelism, progress, cancellation);
        new DensitiesReport(rows, times).Save(options.OutputFolder);
        return new DensitiesSummary(rows, times, Path.Combine(options.OutputFolder, DensitiesReport.PageName));
    }

    // In the plan's order, several trainings at a time: one computes with its own generator on its own thread, and comes out the same whatever runs beside it.
    private static DensityRow[] Rows(DensityRun[] runs, DensityRowStore store, int parallel, IProgress<InspectionProgress> progress, CancellationToken cancellation)
    {
        DensityRow?[] rows = Array.ConvertAll(runs, store.Find);
        int[][] missing = [.. Enumerable.Range(0, runs.Length).Where(i => rows[i] is null).GroupBy(i => runs[i].ToTraining()).Select(group => group.ToArray())];
        var fractions = new double[missing.Length];
        int done = 0;
        try
        {
            Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, missing.Length), EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation }, k =>
                {
                    DensityRun[] together = Array.ConvertAll(missing[k], i => runs[i]);
                    var made = DensityRow.Train(together, store, fraction =>
                    {
                        fractions[k] = fraction;
                        progress.Report(new InspectionProgress("Training on densities", fractions.Sum() / missing.Length,
                            $"{Volatile.Read(ref done)} of {missing.Length} trainings, {together[0].ToTraining().Key}"));
                    }, cancellation);
                    for (int i = 0; i < made.Length; i++)
                        rows[missing[k][i]] = made[i];
                    fractions[k] = 1;
                    Interlocked.Increment(ref done);
                });
        }
        catch (AggregateException e) when (e.InnerException is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
        return rows!;
    }
}
