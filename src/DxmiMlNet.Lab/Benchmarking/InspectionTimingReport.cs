namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>What inspections with a model cost: what <c>dxmi bench</c> prints.</summary>
public sealed record InspectionTimingReport
{
    /// <summary>The method and its figures.</summary>
    public required string Model { get; init; }

    /// <summary>The backbone's name.</summary>
    public required string Backbone { get; init; }

    /// <summary>Height and width in pixels of the first image that was timed.</summary>
    public required string ImageSize { get; init; }

    /// <summary>Milliseconds from the file of the model to the first verdict.</summary>
    public required double LoadMs { get; init; }

    /// <summary>Megabytes of the process in memory at the end of the timings.</summary>
    public required double ResidentMb { get; init; }

    /// <summary>Whether libtorch was loaded: inspecting does not need it.</summary>
    public required bool LibtorchLoaded { get; init; }

    /// <summary>The figures for every number of threads.</summary>
    public required IReadOnlyList<InspectionTimingThreads> Threads { get; init; }

    /// <summary>Memory and handles over many images; null where that was not asked for.</summary>
    public InspectionEndurance? Endurance { get; init; }
}

/// <summary>The figures with a number of threads.</summary>
/// <param name="Threads">Threads; in a batch that many images are in work, on one thread each.</param>
/// <param name="TotalOverBackbone">Decoded image to verdict with map, over the backbone's own session time; medians.</param>
/// <param name="EnergyShare">The share of the detector in it, run on its own.</param>
/// <param name="EngineOverDirect"><c>PredictionEngine</c> over the direct call.</param>
/// <param name="AllocatedBytesPerImage">Managed bytes that a direct call allocates, with map.</param>
/// <param name="ImagesPerSecond">Images a second in batches.</param>
/// <param name="Routes">What took how long.</param>
public sealed record InspectionTimingThreads(int Threads, double TotalOverBackbone, double EnergyShare, double EngineOverDirect, double AllocatedBytesPerImage,
    double ImagesPerSecond, IReadOnlyList<InspectionTimingRoute> Routes);

/// <summary>How long one way took.</summary>
/// <param name="Route">Its name.</param>
/// <param name="Batch">Images a call; times are of one image.</param>
/// <param name="P50">Median milliseconds.</param>
/// <param name="P95">95 % took at most as many milliseconds.</param>
/// <param name="P99">99 % took at most as many milliseconds.</param>
public sealed record InspectionTimingRoute(string Route, int Batch, double P50, double P95, double P99);

/// <summary>What many images leave behind in one process.</summary>
/// <param name="Images">How many.</param>
/// <param name="ResidentMbAt500">Megabytes in memory after 500.</param>
/// <param name="ResidentMb">Megabytes in memory after all.</param>
/// <param name="HandlesAt500">Open handles after 500.</param>
/// <param name="Handles">Open handles after all.</param>
public sealed record InspectionEndurance(int Images, double ResidentMbAt500, double ResidentMb, int HandlesAt500, int Handles);
