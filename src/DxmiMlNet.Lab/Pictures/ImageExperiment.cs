using System.Diagnostics;
using DxmiMlNet.Lab.Pictures;
using DxmiMlNet.Diffusion.Samplers;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>Pretrains samplers of images, runs them in few steps, trains them with DxMI, and measures them before and after.</summary>
/// <param name="crops">The data.</param>
/// <param name="device">Where to compute.</param>
/// <param name="store">Keeps what is finished.</param>
/// <param name="progress">Told how far the experiment is.</param>
/// <param name="cancellation">Stops between two iterations.</param>
internal sealed class ImageExperiment(CropSet crops, Device device, ImageRunStore store, IProgress<InspectionProgress> progress, CancellationToken cancellation) : IDisposable
{
    public const string BeforeSheet = "before.png", AfterSheet = "after.png", OneStepSheet = "one-step.png";

    private const int SampleBatch = 250;
    private const int SelectionSamples = 500, SelectionCrops = 2000, SelectionSeed = 1_000_000;   // of training crops; other noise than what is measured

    private readonly CropFeatures _features = new(crops.Shape, crops.HeldOut);
    private readonly Lazy<CropFeatures> _trainFeatures = new(() => new CropFeatures(crops.Shape,
        [.. crops.Train.Where((_, i) => i % Math.Max(1, crops.Train.Length / SelectionCrops) == 0)]));

    /// <summary>The distance of crops of the training parts from the held-out ones: what a perfect sampler would reach.</summary>
    public ImageDistances Floor() => _features.Compare(crops.Train[..Math.Min(crops.Train.Length, crops.HeldOut.Length)]);

    /// <summary>Trains and measures what is missing.</summary>
    /// <param name="runs">The runs.</param>
    /// <returns>Two rows a run, before and after DxMI, and one of the conversion where there is one, in the runs' order.</returns>
    public ImageRow[] Rows(IReadOnlyList<ImageRun> runs)
    {
        var rows = runs.ToDictionary(run => run, store.Find);
        var missing = runs.Where(run => rows[run] is null).ToArray();
        if (missing.Length > 0)
        {
            using var scope = NewDisposeScope();
            var data = tensor(crops.Train.SelectMany(crop => crop).ToArray(), [crops.Train.Length, crops.Shape.Dimension]).to(device);
            int parts = missing.Length + missing.GroupBy(Pretraining).Count(), done = 0;
            foreach (var group in missing.GroupBy(Pretraining))
            {
                using var training = new PictureTraining(group.Key.Start, group.First().Settings, data);
                double seconds = Pretrain(group.Key, training, Report(group.Key, done++, parts));
                foreach (var run in group)
                    rows[run] = Tune(run, training, seconds, Report(run, done++, parts));
            }
        }
        return [.. runs.SelectMany(run => rows[run]!)];
    }

    public void Dispose()
    {
        _features.Dispose();
        if (_trainFeatures.IsValueCreated)
            _trainFeatures.Value.Dispose();
    }

    private static ImageRun Pretraining(ImageRun run) => run with { Steps = 0, Samples = 0, Settings = run.Settings with { Iterations = 0, ConversionIterations = 0 } };

    private double Pretrain(ImageRun run, PictureTraining training, Action<double> report)
    {
        if (store.FindNetwork(run, training) is { } seconds)
            return seconds;
        var clock = Stopwatch.StartNew();
        var curves = training.Pretrain(p => report(p.Fraction), cancellation);
        store.KeepNetwork(run, training, curves, clock.Elapsed.TotalSeconds);
        return clock.Elapsed.TotalSeconds;
    }

    private ImageRow[] Tune(ImageRun run, PictureTraining training, double pretraining, Action<double> report)
    {
        using var sampler = training.InSteps(run.Steps);
        var before = Measure((count, generator) => training.Sample(sampler, count, generator), run, BeforeSheet);
        var clock = Stopwatch.StartNew();
        double share = run.Settings.ConversionIterations == 0 ? 1 : 0.7;   // of the work, about
        var (curves, divergence, energy) = training.Tune(sampler, () => DistanceFromTraining(training, sampler, run), p => report(share * p.Fraction), cancellation);
        using var _ = energy;
        double seconds = clock.Elapsed.TotalSeconds;
        var after = Measure((count, generator) => training.Sample(sampler, count, generator), run, AfterSheet);
        ImageRow[] rows = [ImageRow.Of(run, ImageRow.Before, before, pretraining), ImageRow.Of(run, ImageRow.After, after, seconds, divergence)];
        if (run.Settings.ConversionIterations > 0)
        {
            clock.Restart();
            using var student = training.ToOneStep(sampler, energy, p => report(share + (1 - share) * p.Fraction), cancellation);
            seconds = clock.Elapsed.TotalSeconds;
            rows = [.. rows, ImageRow.Of(run, ImageRow.OneStep, Measure((count, generator) => training.Sample(student, count, generator), run, OneStepSheet), seconds)];
        }
        store.Keep(run, rows, curves);
        return rows;
    }

    // The same noise before and after.
    private ImageDistances Measure(Func<int, Generator, Tensor> sample, ImageRun run, string sheet)
    {
        var images = Samples(sample, run.Samples, run.Settings.Seed);
        bool isFinite = IsFinite(images);
        SampleSheet.Save(isFinite ? images : [], crops.Shape, store.PathOf(run, sheet));
        return isFinite ? _features.Compare(images) : ImageDistances.None;
    }

    // What decides which of the moving averages is kept: the held-out crops have no say in it.
    private double DistanceFromTraining(PictureTraining training, Sampler sampler, ImageRun run)
    {
        var images = Samples((count, generator) => training.Sample(sampler, count, generator), Math.Min(SelectionSamples, run.Samples), SelectionSeed + run.Settings.Seed);
        return IsFinite(images) ? _trainFeatures.Value.Frechet(images) : double.NaN;
    }

    private float[][] Samples(Func<int, Generator, Tensor> sample, int count, int seed)
    {
        using var generator = new Generator((ulong)seed, device);
        var images = new List<float[]>(count);
        while (images.Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            using var batch = sample(Math.Min(SampleBatch, count - images.Count), generator);
            using var values = batch.cpu();
            images.AddRange(values.data<float>().ToArray().Chunk(crops.Shape.Dimension));
        }
        return [.. images];
    }

    private static bool IsFinite(float[][] images) => Array.TrueForAll(images, image => Array.TrueForAll(image, float.IsFinite));

    private Action<double> Report(ImageRun run, int done, int parts)
    {
        string what = $"{done} of {parts}, {run.StartName} {(run.Steps == 0 ? "pretraining" : $"T = {run.Steps}")}";
        return fraction => progress.Report(new InspectionProgress("Training on images", (done + fraction) / parts, what));
    }
}
