using System.Diagnostics;
using System.Runtime.CompilerServices;
using DxmiMlNet.Files;
using DxmiMlNet.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>
/// Makes a small backbone for industrial CPUs learn the features of a large one from unlabelled photographs (feature distillation; Romero et al.,
/// FitNets, ICLR 2015): at strides 4, 8 and 16, a linear head on the small network's tap predicts the teacher's channel-normalised tap.
/// </summary>
public static class BackboneDistiller
{
    private const int StatisticsBatches = 16;
    private const int MeasureEvery = 500;   // steps

    /// <summary>
    /// Trains and writes the backbone as an ONNX file: input `image` [N, 3, H, W], RGB, (byte / 255 - mean) / deviation with mean
    /// (0.485, 0.456, 0.406) and deviation (0.229, 0.224, 0.225), any size; outputs `stride4`, `stride8` and `stride16`.
    /// The weights are those of the lowest held-out loss: a long training on few photographs overfits.
    /// The same options with <see cref="DistillationOptions.Steps"/> set give the same file on the same machine.
    /// </summary>
    /// <param name="options">What to learn from, and how.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops after the step at hand; the checkpoint is written first, where there is one.</param>
    /// <returns>What was learned, with the held-out loss.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="DxmiException">A folder, the teacher or the checkpoint is missing or not usable, or the loss diverged.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static DistillationResult Run(
        DistillationOptions options, IProgress<DistillationProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.Check();
        RuntimeHelpers.RunModuleConstructor(typeof(DxmiException).Module.ModuleHandle);   // before the first tensor: prepares the native library
        var device = FindDevice(options.Device);
        using var teacher = new TeacherNetwork(options.Teacher);
        var photos = PhotoSet.Load(options.ImageFolders, options.Seed, cancellation);
        var batches = new CropBatches(photos, teacher, options);
        int threads = get_num_threads();
        set_num_threads(options.Threads);
        try
        {
            var statistics = TapStatistics.Of(Enumerable.Range(0, StatisticsBatches).Select(batches.Training));
            using var run = new DistillationRun(options, statistics, device);
            if (options.CheckpointPath is { } checkpoint)
                DistillationCheckpoint.Read(checkpoint, options, run);
            Train(run, batches, options, progress, cancellation);
            if (double.IsInfinity(run.BestHeldOut))   // a checkpoint of the last step, cancelled before it was measured
                run.KeepBest(batches.HeldOut());
            var heldOut = run.Measure(batches.HeldOut());
            AtomicFile.Write(options.OutputPath, "The network", stream => stream.Write(run.ToOnnx()));
            var untrained = Untrained(options, batches, statistics);
            return new DistillationResult(options.OutputPath, run.Step, heldOut, untrained, photos.Training.Length, photos.HeldOut.Length, photos.Skipped);
        }
        finally
        {
            batches.Drain();
            set_num_threads(threads);
        }
    }

    private static void Train(
        DistillationRun run, CropBatches batches, DistillationOptions options, IProgress<DistillationProgress>? progress, CancellationToken cancellation)
    {
        double heldOut = double.NaN;
        int first = run.Step;
        var begin = run.Elapsed;
        long saved = Stopwatch.GetTimestamp();
        while (run.Done < 1)
        {
            long since = Stopwatch.GetTimestamp();
            run.Learn(batches.Take(run.Step), since);
            bool stop = cancellation.IsCancellationRequested, done = run.Done >= 1;
            // After steps, not minutes: where weights are measured decides which are kept, and the same options shall give the same file.
            if (!stop && (done || run.Step % MeasureEvery == 0))
            {
                heldOut = run.KeepBest(batches.HeldOut());
                AtomicFile.Write(options.OutputPath, "The network", stream => stream.Write(run.ToOnnx()));
            }
            if (options.CheckpointPath is { } checkpoint && (stop || done || Stopwatch.GetElapsedTime(saved) >= options.SaveEvery))
            {
                DistillationCheckpoint.Write(checkpoint, options, run);
                saved = Stopwatch.GetTimestamp();
            }
            cancellation.ThrowIfCancellationRequested();
            double rate = (run.Step - first) * options.BatchSize / (run.Elapsed - begin).TotalSeconds;
            progress?.Report(new DistillationProgress(run.Step, run.Loss, heldOut, rate, run.Elapsed, run.Remaining));
        }
    }

    /// <summary>What linear heads make of random weights, with batch norms that know their inputs.</summary>
    private static double[] Untrained(DistillationOptions options, CropBatches batches, TapStatistics[] statistics)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        random.manual_seed(options.Seed);
        using var backbone = new InspectionBackbone(options.Architecture);
        var training = Enumerable.Range(0, StatisticsBatches).Select(batches.Training).ToArray();
        foreach (var batch in training)
            backbone.forward(batch.ToTensor(options.CropSize, CPU));
        backbone.eval();
        return HeadRefit.Unexplained(batch => backbone.forward(batch.ToTensor(options.CropSize, CPU)), statistics, training, batches.HeldOut());
    }

    private static Device FindDevice(string name) => name switch
    {
        "cpu" => CPU,
        "cuda" when cuda.is_available() => CUDA,
        "cuda" => throw new DxmiException("There is no CUDA device that libtorch can use.",
            "A CUDA build of libtorch and an NVIDIA GPU were expected.", "Use --device cpu, or build with -p:TorchBackend=cuda-linux or cuda-windows."),
        "auto" => cuda.is_available() ? CUDA : CPU,
        _ => throw new ArgumentOutOfRangeException(nameof(name), $"The device is '{name}'. cpu, cuda or auto was expected. Name one of them."),
    };
}
