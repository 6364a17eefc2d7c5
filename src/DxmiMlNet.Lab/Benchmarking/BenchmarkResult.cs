using DxmiMlNet.Images;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>What was measured.</summary>
/// <param name="Rows">By data set, backbone, seed, mode and method; a category first as a whole, then its defects.</param>
/// <param name="Summary">Means over categories and seeds.</param>
/// <param name="Overall">Means over data sets, each counting the same, and the worst set of each method; empty where there is one set.</param>
/// <param name="Failed">Images that could not be used in this run; rows that were measured before count theirs.</param>
/// <param name="FailedFits">What could not be fitted or calibrated; it has no rows, and a later run tries it again.</param>
public sealed record BenchmarkResult(IReadOnlyList<BenchmarkRow> Rows, IReadOnlyList<BenchmarkSummary> Summary, IReadOnlyList<BenchmarkOverall> Overall,
    IReadOnlyList<BadImage> Failed, IReadOnlyList<BenchmarkFailure> FailedFits);

/// <summary>A fit that gave no rows.</summary>
/// <param name="Fit">Method, category, backbone and seed in words.</param>
/// <param name="Error">What went wrong: training diverged, or there are too few good images.</param>
public sealed record BenchmarkFailure(string Fit, DxmiException Error);
