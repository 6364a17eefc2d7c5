namespace DxmiMlNet;

/// <summary>How a batch of images is inspected.</summary>
public sealed record InspectionSettings
{
    /// <summary>Whether results carry their anomaly map.</summary>
    public bool Maps { get; init; }

    /// <summary>Whether results carry the photograph and the map drawn over it.</summary>
    public bool Overlays { get; init; }

    /// <summary>Images in work at the same time, 1 or more. All share one model; this many decoded images are in memory, and a few results.</summary>
    public int Parallelism { get; init; } = Onnx.InferenceSettings.Threads;
}
