using System.Diagnostics;
using DxmiMlNet.Columns;
using DxmiMlNet.Decisions;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Images;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>Carries a job out: splits, fits, calibrates by category, tests.</summary>
internal sealed class BenchmarkTrial(MLContext mlContext, BenchmarkJob job, FeatureStore store, InspectionBenchmarkOptions options,
    CancellationToken cancellation)
{
    private readonly List<BadImage> _failed = [];

    /// <summary>Images that could not be compared with their truth.</summary>
    public IReadOnlyList<BadImage> Failed => _failed;

    /// <returns>The rows of every category and its defects.</returns>
    /// <exception cref="DxmiException">There are too few good images, or training failed.</exception>
    public IReadOnlyList<BenchmarkRow> Run(IProgress<TrainingProgress> progress)
    {
        var splits = job.Categories.Select(Split).ToArray();
        using var memory = new PeakMemoryWatch();
        var clock = Stopwatch.StartNew();
        var detector = job.Method.Fit(store.View([.. splits.SelectMany(s => s.Fitting)]), job.Seed, progress, cancellation);
        try
        {
            double fitSeconds = Math.Round(clock.Elapsed.TotalSeconds, 2);
            var times = new List<double>();
            var tested = job.Categories.Select((category, i) => Test(detector, category, splits[i].Calibration, times)).ToArray();
            double milliseconds = FeatureStore.Median(times);
            long detectorBytes = SavedModel.Size(mlContext, detector);
            var costs = new BenchmarkRow(job.Dataset.Name, "", "", job.Mode, job.Backbone.Name, job.Method.Name, job.Seed)
            {
                Fingerprint = job.Fingerprint,
                FitSeconds = fitSeconds,
                DetectorBytes = detectorBytes,
                DetectorMsPerImage = Math.Round(milliseconds, 2),
                MsPerImage = Math.Round(store.MsPerImage + milliseconds, 2),
                ModelBytes = store.ModelBytes + detectorBytes,
                PeakMemoryMb = memory.Megabytes,
            };
            return [.. tested.SelectMany((metrics, i) => Rows(job.Categories[i], metrics, costs))];
        }
        finally
        {
            (detector as IDisposable)?.Dispose();
        }
    }

    // As dxmi train does.
    private (InspectionItem[] Fitting, InspectionItem[] Calibration) Split(BenchmarkCategory category)
    {
        var usable = store.Usable(category.Good);
        int held = InspectionTraining.CalibrationCount(usable.Length, category.Good.Length - usable.Length, options.Training);
        return CalibrationSplit.Split(usable, held, job.Seed);
    }

    private InspectionMetrics Test(ITransformer detector, BenchmarkCategory category, InspectionItem[] calibration, List<double> times)
    {
        // Calibrated by category, also where one model serves all: each keeps its own promise.
        var good = new ConformalCalibration(Score(detector, calibration, []).Select(s => s.Score));
        var decisions = CategoryCalibration.Of(category.Name, good, options.Alpha, options.Alpha);
        var evaluator = new InspectionEvaluator(InspectionEvaluation.Resolution, InspectionEvaluation.Resolution);
        foreach (var (item, score, map) in Score(detector, store.Usable(category.Test), times))
        {
            try
            {
                evaluator.Add(InspectionEvaluation.Compare(item, score, decisions.IsRejected(score), map));
            }
            catch (DxmiException e)
            {
                _failed.Add(new BadImage(item.ImagePath, e));
            }
        }
        return evaluator.Compute();
    }

    /// <summary>Scores images one by one; adds the milliseconds of each to <paramref name="times"/>, without reading its features.</summary>
    private IEnumerable<(InspectionItem Item, float Score, AnomalyMap? Map)> Score(ITransformer detector, InspectionItem[] items, List<double> times)
    {
        // Through the row mapper: a view of ML.NET's own stages may compute on other threads, and a clock around its getters would not see it.
        var view = store.View(items);
        var mapper = detector.GetRowToRowMapper(view.Schema);
        var scoreColumn = mapper.OutputSchema["Score"];
        var mapColumn = mapper.OutputSchema.GetColumnOrNull("AnomalyMap");
        DataViewSchema.Column[] wanted = mapColumn is { } column ? [scoreColumn, column] : [scoreColumn];
        using var cursor = view.GetRowCursor(mapper.GetDependencies(wanted));
        using var row = mapper.GetRow(cursor, wanted);
        var getScore = row.GetGetter<float>(scoreColumn);
        var getMap = mapColumn is { } map ? row.GetGetter<VBuffer<float>>(map) : null;
        var (height, width, _) = mapColumn is { } grid ? InputColumns.Grid(grid) : default;
        float score = 0;
        VBuffer<float> values = default;
        foreach (var item in items)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!cursor.MoveNext())
                throw new InvalidOperationException("The stored features are fewer than the images. One a row was expected. Please report it.");
            long start = Stopwatch.GetTimestamp();
            getScore(ref score);
            getMap?.Invoke(ref values);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            yield return (item, score, getMap is null ? null : new AnomalyMap([.. values.DenseValues()], height, width));
        }
    }

    private IEnumerable<BenchmarkRow> Rows(BenchmarkCategory category, InspectionMetrics metrics, BenchmarkRow costs)
    {
        var whole = costs with
        {
            Category = category.Name,
            Anomalous = metrics.ByDefect.Values.Sum(d => d.Images),
            Failed = category.Items.Count() - metrics.Images - store.Usable(category.Good).Length,
        };
        yield return whole.WithMetrics(metrics);
        foreach (var (defect, found) in metrics.ByDefect)
            yield return (whole with { Defect = defect, Anomalous = found.Images }).WithMetrics(found);
    }
}
