using static DxmiMlNet.Detection.DetectionOptions;

namespace DxmiMlNet.Detection.Padim;

public sealed partial class PadimTrainer
{
    /// <summary>Settings of <see cref="PadimTrainer"/>.</summary>
    public sealed class Options : DetectionTrainerOptions
    {
        /// <summary>K: channels that are drawn at random, 1 or more; capped at those there are. Memory and model size grow with its square.</summary>
        public int Channels = 100;

        /// <summary>v: variance added to every channel, above 0. It keeps the covariance of few good rows invertible.</summary>
        public double AddedVariance = 0.01;

        /// <summary>
        /// Whether map and score are standardised: the map by position on good rows that are held back, the score from several pooled statistics. The rows
        /// should then come in the order of capture: the last fifth is held back, and does not fit the Gaussians. Off: as published.
        /// </summary>
        public bool Standardise;

        /// <summary>Threads of libtorch, 1 or more. The same number gives the same model.</summary>
        public int Threads = 1;

        internal override void Check()
        {
            Require(Channels >= 1, nameof(Channels), Channels, "1 or more");
            Require(AddedVariance > 0 && double.IsFinite(AddedVariance), nameof(AddedVariance), AddedVariance, "a finite number above 0");
            Require(Threads >= 1, nameof(Threads), Threads, "1 or more");
        }
    }
}
