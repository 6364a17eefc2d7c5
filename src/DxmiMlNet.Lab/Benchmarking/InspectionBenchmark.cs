using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Files;
using DxmiMlNet.Images;
using Microsoft.ML;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>
/// Compares methods of detection on the same features, in the same run: every method sees the same stored features of the same fitting images,
/// is calibrated on the same held-back good images, and tested on the data set's own test images.
/// </summary>
public static class InspectionBenchmark
{
    /// <summary>
    /// The methods: dxmi, anchor (the same without its DxMI phase: bank and Gaussian, nothing learned) and noise (its energy trained against noised features
    /// only); patchcore and padim as published, patchcore+ and padim+ with map and score standardised as dxmi's are; and pca (ML.NET's RandomizedPca on pooled
    /// features, which has no map). All with their default settings.
    /// </summary>
    public static IReadOnlyList<string> Methods { get; } =
    [
        BenchmarkMethod.Dxmi, BenchmarkMethod.Anchor, BenchmarkMethod.PatchCore, BenchmarkMethod.PatchCorePlus, BenchmarkMethod.Padim, BenchmarkMethod.PadimPlus,
        BenchmarkMethod.Noise, BenchmarkMethod.Pca,
    ];

    /// <summary>
    /// Measures what is not in the output folder's rows.jsonl yet, then writes rows.csv, results.json, report.html and table.md there.
    /// Features of a category (in unified mode: of a data set) are on disk meanwhile, two bytes a value.
    /// </summary>
    /// <param name="options">What to compare.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Stops soon; rows that are done stay.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <exception cref="DxmiException">A data set or backbone cannot be used, nothing could be fitted, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static BenchmarkResult Run(InspectionBenchmarkOptions options, IProgress<InspectionProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        BenchmarkDataset[] datasets = [.. options.Data.Select(BenchmarkDataset.Read)];
        if (datasets.GroupBy(d => d.Name).FirstOrDefault(g => g.Count() > 1) is { } twins)
            throw new DxmiException($"Two data sets are called '{twins.Key}'.", "Different names were expected: rows are told apart by them.",
                "Rename a folder.");
        var groups = datasets.SelectMany(d => Groups(options, d)).ToArray();
        if (groups.Length == 0)
            throw new DxmiException("There is nothing to measure: no data set has several categories.", "Unified mode makes one model of them.",
                "Choose the mode separate or both, or name a folder of categories.");

        using var place = new ResultsPlace(options.OutputFolder);
        var log = new BenchmarkLog(options.OutputFolder);
        var failed = new Failures([], []);
        var steps = new Steps(progress, groups.Sum(g => g.Count(job => !log.Has(job))));
        foreach (var group in groups)
            Measure(options, [.. group.Where(job => !log.Has(job))], log, failed, steps, cancellation);

        var rows = groups.SelectMany(jobs => jobs).SelectMany(log.RowsOf).ToArray();
        if (rows.Length == 0)
            throw failed.Fits[0].Error;
        var result = new BenchmarkResult(rows, BenchmarkSummary.Of(rows), BenchmarkOverall.Of(rows), [.. failed.Images.DistinctBy(f => f.Path)], failed.Fits);
        BenchmarkFiles.Save(result, options.OutputFolder);
        return result;
    }

    /// <summary>The jobs that share stored features.</summary>
    private static IEnumerable<BenchmarkJob[]> Groups(InspectionBenchmarkOptions options, BenchmarkDataset dataset)
    {
        bool unified = options.Mode.HasFlag(BenchmarkMode.Unified) && dataset.CanUnify;
        var models = new List<(string Mode, BenchmarkCategory[] Categories)>();
        if (options.Mode.HasFlag(BenchmarkMode.Separate))
            models.AddRange(dataset.Categories.Select(c => (BenchmarkJob.Separate, (BenchmarkCategory[])[c])));
        if (unified)
            models.Add((BenchmarkJob.Unified, [.. dataset.Categories]));
        foreach (var backbone in options.Backbones)
        {
            BenchmarkJob[][] jobs = [.. models.Select(model => Jobs(options, dataset, model.Mode, model.Categories, backbone).ToArray())];
            foreach (var group in unified ? [[.. jobs.SelectMany(j => j)]] : jobs)
                yield return group;
        }
    }

    private static IEnumerable<BenchmarkJob> Jobs(InspectionBenchmarkOptions options, BenchmarkDataset dataset, string mode,
        BenchmarkCategory[] categories, BenchmarkBackbone backbone)
    {
        var methods = options.Methods.Select(name => new BenchmarkMethod(name, options))
            .Select(method => (Method: method, Fingerprint: BenchmarkJob.Digest(options, dataset, categories, backbone, method))).ToArray();
        for (int seed = 1; seed <= options.Seeds; seed++)
            foreach (var (method, fingerprint) in methods)
                yield return new BenchmarkJob(dataset, categories, mode, backbone, method, seed, fingerprint);
    }

    private static void Measure(InspectionBenchmarkOptions options, BenchmarkJob[] jobs, BenchmarkLog log, Failures failed, Steps steps,
        CancellationToken cancellation)
    {
        if (jobs.Length == 0)
            return;
        var mlContext = new MLContext(1);
        var items = jobs.SelectMany(job => job.Categories).Distinct().SelectMany(c => c.Items).DistinctBy(item => item.ImagePath).ToArray();
        var backbone = jobs[0].Backbone;
        using var store = FeatureStore.Extract(mlContext, options.Features(backbone.Description, jobs.SelectMany(job => job.Categories).Distinct().SelectMany(c => c.Good)), items, options.OutputFolder,
            done => steps.Report($"features of {jobs[0].Dataset.Name}, {backbone.Name}: {done} of {items.Length}", 0), cancellation);
        failed.Images.AddRange(store.Failed);
        foreach (var job in jobs)
        {
            var trial = new BenchmarkTrial(mlContext, job, store, options, cancellation);
            try
            {
                log.Append(trial.Run(new Training(steps, job.Text)));
            }
            catch (DxmiException e)
            {
                failed.Fits.Add(new BenchmarkFailure(job.Text, e));   // a method that diverges says nothing of the others
            }
            failed.Images.AddRange(trial.Failed);
            steps.Next();
        }
    }

    private sealed record Failures(List<BadImage> Images, List<BenchmarkFailure> Fits);

    /// <summary>Progress over all jobs.</summary>
    private sealed class Steps(IProgress<InspectionProgress>? progress, int total)
    {
        private int _done;

        public void Report(string detail, double fraction) => progress?.Report(new InspectionProgress("Benchmark", (_done + fraction) / total, detail));

        public void Next() => _done++;
    }

    private sealed class Training(Steps steps, string job) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => steps.Report($"{job}: {value.Phase}", value.Fraction);
    }
}
