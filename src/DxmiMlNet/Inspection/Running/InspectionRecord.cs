using DxmiMlNet.Explanation;

namespace DxmiMlNet;

/// <summary>
/// What is written and sent of one inspected image: the one JSON form of results (<see cref="InspectionJson"/>), used by result files and by services. What
/// does not apply is null and left out.
/// </summary>
public sealed record InspectionRecord
{
    /// <summary>The image: a path, relative to the inspected folder with slashes, or the name that it was given.</summary>
    public required string Path { get; init; }

    /// <summary>The anomaly score; greater is more anomalous.</summary>
    public float? Score { get; init; }

    /// <summary>The share of good parts at least as anomalous, 0 to 1.</summary>
    public float? PValue { get; init; }

    /// <summary>Pass, Review or Reject; null where the image could not be inspected.</summary>
    public string? Verdict { get; init; }

    /// <summary>Whether the part is rejected.</summary>
    public bool? PredictedLabel { get; init; }

    /// <summary>The defect regions, the greatest peak first, in pixels of the image.</summary>
    public IReadOnlyList<DefectRegion>? Regions { get; init; }

    /// <summary>The picture of the map over the photograph: a path relative to the results.</summary>
    public string? Overlay { get; init; }

    /// <summary>The anomaly map: a path relative to the results.</summary>
    public string? Map { get; init; }

    /// <summary>The defect regions as a picture, white on black: a path relative to the results.</summary>
    public string? Mask { get; init; }

    /// <summary>Why the image could not be inspected, or its pictures not be written.</summary>
    public string? Error { get; init; }

    /// <summary>The form of a result.</summary>
    /// <param name="result">A result.</param>
    /// <param name="path">What to call the image; null for the result's own name.</param>
    public static InspectionRecord Of(InspectionResult result, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        path ??= result.Name;
        return result.Error is { } error
            ? new InspectionRecord { Path = path, Error = error.Message }
            : new InspectionRecord
            {
                Path = path,
                Score = result.Score,
                PValue = result.PValue,
                Verdict = result.Verdict,
                PredictedLabel = result.IsRejected,
                Regions = result.Regions,
            };
    }
}
