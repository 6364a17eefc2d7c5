using DxmiMlNet.Decisions;
using DxmiMlNet.Explanation;
using DxmiMlNet.Images;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>What a model found in one image, or why it could not be inspected.</summary>
/// <param name="Item">The image and what was known about it.</param>
public sealed record InspectionResult(InspectionItem Item) : IDisposable
{
    /// <summary>The image's file, or the name that it was given.</summary>
    public string Name => Item.ImagePath;

    /// <summary>Why the image could not be inspected; null where it was. All that follows then has its default.</summary>
    public DxmiException? Error { get; init; }

    /// <summary>The anomaly score; greater is more anomalous. NaN where the image could not be inspected.</summary>
    public float Score { get; init; } = float.NaN;

    /// <summary>The share of good parts at least as anomalous, 0 to 1.</summary>
    public float PValue { get; init; }

    /// <summary>Whether the part is rejected; what could not be inspected must not pass.</summary>
    public bool IsRejected { get; init; } = true;

    /// <summary>One of <see cref="Verdicts"/>.</summary>
    public string Verdict { get; init; } = Verdicts.Reject;

    /// <summary>The defect regions, the greatest peak first.</summary>
    public IReadOnlyList<DefectRegion> Regions { get; init; } = [];

    /// <summary>The anomaly map; null where it was not asked for.</summary>
    public AnomalyMap? Map { get; init; }

    /// <summary>The pixels of the defect regions; null where they were not asked for.</summary>
    public RegionMask? Mask { get; init; }

    /// <summary>The photograph; null where overlays were not asked for. Belongs to this result.</summary>
    public MLImage? Image { get; init; }

    /// <summary>The map drawn over the photograph, in its size; null where it was not asked for. Belongs to this result.</summary>
    public MLImage? Overlay { get; init; }

    /// <summary>Releases the pictures.</summary>
    public void Dispose()
    {
        Image?.Dispose();
        Overlay?.Dispose();
    }
}

/// <summary>How far each patch of an image deviates.</summary>
/// <param name="Values">[Height, Width], row by row; greater is more anomalous.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public sealed record AnomalyMap(float[] Values, int Height, int Width)
{
    /// <summary>[Height, Width], true for the patches that were ignored: their value is the lowest of the others. Null where none was.</summary>
    public bool[]? Ignored { get; init; }
}
