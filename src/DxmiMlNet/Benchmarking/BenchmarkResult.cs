using DxmiMlNet.Images;

namespace DxmiMlNet.Benchmarking;

/// <summary>What was measured.</summary>
/// <param name="Rows">By data set, backbone, seed, mode and method; a category first as a whole, then its defects.</param>
/// <param name="Summary">Means over categories and seeds.</param>
/// <param name="Failed">Images that could not be used in this run; rows that were measured before count theirs.</param>
public sealed record BenchmarkResult(IReadOnlyList<BenchmarkRow> Rows, IReadOnlyList<BenchmarkSummary> Summary, IReadOnlyList<BadImage> Failed);
