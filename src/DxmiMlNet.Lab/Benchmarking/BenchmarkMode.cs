namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>How many models a data set with several categories gets.</summary>
[Flags]
public enum BenchmarkMode
{
    /// <summary>One model a category.</summary>
    Separate = 1,

    /// <summary>
    /// One model for all categories; decisions are calibrated by category, so that each keeps its own promise. Sets with one category have no such rows.
    /// </summary>
    Unified = 2,

    /// <summary>Both.</summary>
    Both = Separate | Unified,
}
