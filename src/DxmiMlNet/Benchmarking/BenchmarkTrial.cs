using System.Diagnostics;
using DxmiMlNet.Decisions;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Images;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Benchmarking;

/// <summary>Carries a job out: splits, fits, calibrates by category, tests.</summary>
internal sealed class BenchmarkTrial(MLContext mlContext, BenchmarkJob job, FeatureStore store, InspectionBenchmarkOptions options, CancellationToken cancellation)
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
            var costs = new BenchmarkRow("", "", "", "", "", "", 0) { FitSeconds = Math.Round(clock.Elapsed.TotalSeconds, 2), DetectorBytes = SavedModel.Size(mlContext, detector) };
            var times = new List<double>();
            var tested = job.Categories.Select((category, i) => (Category: category, Metrics: Test(detector, category, splits[i].Calibration, times))).ToArray();
            double milliseconds = FeatureStore.Median(times);
            costs = costs with
            {
                DetectorMsPerImage = Math.Round(milliseconds, 2),
                MsPerImage = Math.Round(store.MsPerImage + milliseconds, 2),
                ModelBytes = store.ModelBytes + costs.DetectorBytes,
                PeakMemoryMb = memory.Megabytes,
            };
            return [.. tested.SelectMany(t => Rows(t.Category, t.Metrics, costs))];
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
        var decisions = CategoryCalibration.Of(category.Name, new ConformalCalibration(Score(detector, calibration, []).Select(s => s.Score)), options.Alpha, options.Alpha);
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
        var (height, width, _) = mapColumn is { } grid ? Columns.Grid(grid) : default;
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
            Dataset = job.Dataset.Name,
            Category = category.Name,
            Mode = job.Mode,
            Backbone = job.Backbone.Name,
            Method = job.Method.Name,
            Seed = job.Seed,
            Fingerprint = job.Fingerprint,
            Anomalous = metrics.ByDefect.Values.Sum(d => d.Images),
            Failed = category.Items.Count() - metrics.Images - store.Usable(category.Good).Length,
            ImageAuroc = Defined(metrics.ImageAuroc),
            AveragePrecision = Defined(metrics.AveragePrecision),
            PixelAuroc = Defined(metrics.PixelAuroc),
            Aupro = Defined(metrics.Aupro),
            F1Best = Defined(metrics.F1Best),
            FalseRejectRate = Defined(metrics.FalseRejectRate),
        };
        yield return whole;
        foreach (var (defect, found) in metrics.ByDefect)
            yield return whole with
            {
                Defect = defect,
                Anomalous = found.Images,
                ImageAuroc = Defined(found.ImageAuroc),
                AveragePrecision = Defined(found.AveragePrecision),
                PixelAuroc = Defined(found.PixelAuroc),
                Aupro = Defined(found.Aupro),
                F1Best = null,
                FalseRejectRate = null,
            };
    }

    private static double? Defined(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
