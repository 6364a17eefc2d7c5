using DxmiMlNet.Detection;
using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Detection.Padim;
using DxmiMlNet.Detection.PatchCore;
using DxmiMlNet.Diffusion.Training;
using Microsoft.ML;

namespace DxmiMlNet;

/// <summary>A method of detection for <see cref="InspectionTraining"/>: makes the trainer of one fit. Ready-made are DxMI, PatchCore and PaDiM.</summary>
/// <param name="Name">What reports and model files call it.</param>
/// <param name="Create">Makes the trainer in a context, with what training decides.</param>
public sealed record InspectionDetector(string Name, Func<MLContext, DetectorSettings, IEstimator<GraphAnomalyTransformer>> Create)
{
    /// <summary>Names of the ready-made methods, as <see cref="Of"/> takes them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["dxmi", "patchcore", "padim"];

    /// <summary>DxMI: an energy and a diffusion sampler, trained together.</summary>
    /// <param name="configure">Changes the trainer's options before it is made; null leaves the defaults.</param>
    public static InspectionDetector Dxmi(Action<DxmiAnomalyTrainer.Options>? configure = null) => new("dxmi", (mlContext, settings) =>
    {
        var options = settings.ApplyTo(new DxmiAnomalyTrainer.Options
        {
            Threads = settings.Threads,
            Device = settings.Device,
            CheckpointPath = settings.CheckpointPath,
            KeepsCheckpoint = settings.KeepsCheckpoint,
        });
        options.ScaleIterations(settings.Effort);
        configure?.Invoke(options);
        return mlContext.AnomalyDetection.Trainers.Dxmi(options);
    });

    /// <summary>PatchCore: a memory of patches of good parts.</summary>
    /// <param name="configure">Changes the trainer's options before it is made; null leaves the defaults.</param>
    public static InspectionDetector PatchCore(Action<PatchCoreTrainer.Options>? configure = null) => new("patchcore", (mlContext, settings) =>
    {
        var options = settings.ApplyTo(new PatchCoreTrainer.Options());
        configure?.Invoke(options);
        return mlContext.AnomalyDetection.Trainers.PatchCore(options);
    });

    /// <summary>PaDiM: a Gaussian a position.</summary>
    /// <param name="configure">Changes the trainer's options before it is made; null leaves the defaults.</param>
    public static InspectionDetector Padim(Action<PadimTrainer.Options>? configure = null) => new("padim", (mlContext, settings) =>
    {
        var options = settings.ApplyTo(new PadimTrainer.Options { Threads = settings.Threads });
        configure?.Invoke(options);
        return mlContext.AnomalyDetection.Trainers.Padim(options);
    });

    /// <summary>A ready-made method by its name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="DxmiException">There is no such method.</exception>
    public static InspectionDetector Of(string name) => name switch
    {
        "dxmi" => Dxmi(),
        "patchcore" => PatchCore(),
        "padim" => Padim(),
        _ => throw new DxmiException($"The method '{name}' is unknown.", $"Expected one of {string.Join(", ", Names)}.", "Choose one of them."),
    };
}

/// <summary>What training decides for the trainer of one fit.</summary>
public sealed record DetectorSettings
{
    /// <summary>Seed of everything random.</summary>
    public required int Seed { get; init; }

    /// <summary>Threads, 1 or more.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where networks train: "cpu", "cuda" or "auto".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Multiplies iterations, above 0.</summary>
    public double Effort { get; init; } = 1;

    /// <summary>A file for checkpoints; null for none. A method without checkpoints leaves it.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Whether the checkpoint of a finished fit stays, for a training of several fits that may be stopped between two.</summary>
    public bool KeepsCheckpoint { get; init; }

    /// <summary>Told how far the fit is; may be null.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops the fit soon.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Takes over what all trainers share.</summary>
    internal TOptions ApplyTo<TOptions>(TOptions options)
        where TOptions : DetectionTrainerOptions
    {
        options.Seed = Seed;
        options.Progress = Progress;
        options.Cancellation = Cancellation;
        return options;
    }
}
