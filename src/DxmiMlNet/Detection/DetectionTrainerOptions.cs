using DxmiMlNet.Columns;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Pipeline;

namespace DxmiMlNet.Detection;

/// <summary>The settings of every detector's trainer: columns, seed, progress.</summary>
public abstract class DetectionTrainerOptions
{
    /// <summary>Input: feature grids, Vector of Single [H, W, C]; a plain vector of n values is one patch.</summary>
    public string FeatureColumnName = "Features";

    /// <summary>Input of Fit, used when the data has it: Single (0 for good) or Boolean. Anomalous rows are left out. Null: do not look.</summary>
    public string? LabelColumnName = LabelColumn.DefaultName;

    /// <summary>
    /// Input, used when the data has it: which patches are ignored, Vector of Boolean [H, W], as IgnoreRegions gives it. They neither train nor
    /// score. Null: do not look.
    /// </summary>
    public string? IgnoredColumnName = IgnoredColumn.DefaultName;

    /// <summary>Output: the score, Single; higher is more anomalous.</summary>
    public string ScoreColumnName = "Score";

    /// <summary>Output: how far every patch deviates, Vector of Single [H, W].</summary>
    public string AnomalyMapColumnName = "AnomalyMap";

    /// <summary>Seed of everything random; null for the context's.</summary>
    public int? Seed;

    /// <summary>Told how far training is.</summary>
    public IProgress<TrainingProgress>? Progress;

    /// <summary>Stops training soon.</summary>
    public CancellationToken Cancellation;

    private protected DetectionTrainerOptions()
    {
    }

    internal DetectionColumns Columns => new(FeatureColumnName, ScoreColumnName, AnomalyMapColumnName, IgnoredColumnName);

    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    internal abstract void Check();
}
