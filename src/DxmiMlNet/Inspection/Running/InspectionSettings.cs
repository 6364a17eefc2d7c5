namespace DxmiMlNet;

/// <summary>How images are inspected: what their results carry, and how many are in work at a time.</summary>
public sealed record InspectionSettings
{
    /// <summary>Whether results carry their defect regions.</summary>
    public bool Regions { get; init; } = true;

    /// <summary>Whether results carry their anomaly map.</summary>
    public bool Maps { get; init; }

    /// <summary>Whether results carry the photograph and the map drawn over it.</summary>
    public bool Overlays { get; init; }

    /// <summary>Whether results carry the pixels of their defect regions.</summary>
    public bool Masks { get; init; }

    /// <summary>Images in work at the same time, 1 or more. All share one model; this many decoded images are in memory, and a few results.</summary>
    public int Parallelism { get; init; } = Onnx.InferenceSettings.Threads;
}
