namespace DxmiMlNet.Lab.Distillation;

/// <summary>How a backbone is distilled.</summary>
public sealed record DistillationOptions
{
    /// <summary>The teacher.</summary>
    public required DistillationTeacher Teacher { get; init; }

    /// <summary>Folders whose images (jpg, jpeg, png, bmp, webp; with subfolders) are learned from. No labels are needed.</summary>
    public required IReadOnlyList<string> ImageFolders { get; init; }

    /// <summary>Where the ONNX file is written, now and then and at the end.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Training time in hours, over all resumed runs; above 0. The learning rate falls to zero over this time.</summary>
    public double Hours { get; init; } = 1;

    /// <summary>Training steps in place of <see cref="Hours"/>, for a run that can be repeated exactly; null for hours.</summary>
    public int? Steps { get; init; }

    /// <summary>Seed of weights, crops and the held-out choice.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>cpu, cuda or auto (cuda where there is one).</summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// Threads of the training step, 1 or more. On a machine that does other work as well, start the process with the environment variable
    /// OMP_WAIT_POLICY=PASSIVE: threads that wait for each other then sleep.
    /// </summary>
    public int Threads { get; init; } = 2;

    /// <summary>Batches that are cropped and shown to the teacher at the same time, beside the training step; one thread each, 1 or more.</summary>
    public int TeacherThreads { get; init; } = 1;

    /// <summary>Crops a step, 2 or more.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Side of the square crops in pixels, a multiple of 16, at least 32.</summary>
    public int CropSize { get; init; } = 160;

    /// <summary>Highest learning rate of AdamW, above 0.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Weight of (1 - cosine) per patch beside the squared error, 0 or more: it makes patches of little contrast count.</summary>
    public double CosineWeight { get; init; } = 0.5;

    /// <summary>Decay a step of the running mean of the weights, which is what is exported; 0..1.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Where the state of training is kept, so that a stopped run goes on; null for a run that cannot be resumed.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>How often the checkpoint is written.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The network; tests use a smaller one.</summary>
    internal BackboneArchitecture Architecture { get; init; } = BackboneArchitecture.Default;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Check()
    {
        Check(Teacher.Taps.Count == Architecture.Stages.Length, nameof(Teacher),
            $"The teacher has {Teacher.Taps.Count} taps.", $"{Architecture.Stages.Length} taps, of strides 4, 8 and 16, were expected.", "Name one tensor a stride.");
        Check(Teacher.Mean.Count == 3 && Teacher.Deviation.Count == 3 && Teacher.Deviation.All(d => d > 0), nameof(Teacher),
            "The teacher's mean or deviation is not usable.", "Three numbers each were expected, the deviations above 0.", "Give one value for R, G and B.");
        Check(ImageFolders.Count > 0, nameof(ImageFolders), "No image folder is given.", "At least one was expected.", "Name a folder of photographs.");
        Check(Steps is null ? Hours > 0 : Steps > 0, nameof(Hours), $"The training time is {Hours} hours, {Steps} steps.", "More than 0 was expected.", "Give hours or steps.");
        Check(Threads >= 1 && TeacherThreads >= 1, nameof(Threads), $"Threads are {Threads} and {TeacherThreads}.", "At least 1 each was expected.", "Leave them out, or raise them.");
        Check(BatchSize >= 2, nameof(BatchSize), $"The batch size is {BatchSize}.", "At least 2 was expected.", "Use 16 or 32.");
        Check(CropSize >= 32 && CropSize % 16 == 0, nameof(CropSize), $"The crop size is {CropSize}.", "A multiple of 16 from 32 was expected.", "Use 128 or 160.");
        Check(LearningRate > 0 && CosineWeight >= 0 && AverageDecay is >= 0 and < 1, nameof(LearningRate),
            $"The learning rate is {LearningRate}, the cosine weight {CosineWeight}, the decay of the mean {AverageDecay}.",
            "A rate above 0, a weight of 0 or more and a decay in 0..1 were expected.", "Leave them out for the defaults.");
    }

    private static void Check(bool right, string name, string what, string expected, string remedy)
    {
        if (!right)
            throw new ArgumentOutOfRangeException(name, $"{what} {expected} {remedy}");
    }
}
