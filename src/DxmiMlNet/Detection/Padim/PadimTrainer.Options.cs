using DxmiMlNet.Diffusion.Training;
using static DxmiMlNet.Detection.DetectionOptions;

namespace DxmiMlNet.Detection.Padim;

public sealed partial class PadimTrainer
{
    /// <summary>Settings of <see cref="PadimTrainer"/>.</summary>
    public sealed class Options
    {
        /// <summary>Input: feature grids, Vector of Single [H, W, C]; a plain vector of n values is one patch.</summary>
        public string FeatureColumnName = "Features";

        /// <summary>Input of Fit, used when the data has it: Single (0 for good) or Boolean. Anomalous rows are left out. Null: do not look.</summary>
        public string? LabelColumnName = Pipeline.LabelColumn.DefaultName;

        /// <summary>Output: the score, Single; higher is more anomalous.</summary>
        public string ScoreColumnName = "Score";

        /// <summary>Output: the Mahalanobis distance of every patch, Vector of Single [H, W].</summary>
        public string AnomalyMapColumnName = "AnomalyMap";

        /// <summary>K: channels that are drawn at random, 1 or more; capped at those there are. Memory and model size grow with its square.</summary>
        public int Channels = 100;

        /// <summary>v: variance added to every channel, above 0. It keeps the covariance of few good rows invertible.</summary>
        public double AddedVariance = 0.01;

        /// <summary>Seed that the channels are drawn with; null for the context's.</summary>
        public int? Seed;

        /// <summary>Threads of libtorch, 1 or more. The same number gives the same model.</summary>
        public int Threads = 1;

        /// <summary>Told how far training is.</summary>
        public IProgress<TrainingProgress>? Progress;

        /// <summary>Stops training between two rows.</summary>
        public CancellationToken Cancellation;

        internal void Check()
        {
            Require(Channels >= 1, nameof(Channels), Channels, "1 or more");
            Require(AddedVariance > 0 && double.IsFinite(AddedVariance), nameof(AddedVariance), AddedVariance, "a finite number above 0");
            Require(Threads >= 1, nameof(Threads), Threads, "1 or more");
        }
    }
}
