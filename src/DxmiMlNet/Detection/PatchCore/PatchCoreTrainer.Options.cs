using static DxmiMlNet.Detection.DetectionOptions;

namespace DxmiMlNet.Detection.PatchCore;

public sealed partial class PatchCoreTrainer
{
    /// <summary>Settings of <see cref="PatchCoreTrainer"/>.</summary>
    public sealed class Options : DetectionTrainerOptions
    {
        /// <summary>Share of all patches that is memorised, above 0 to 1; the paper's are 0.25, 0.1 and 0.01. See <see cref="MaximumBankSize"/>.</summary>
        public double CoresetShare = 0.1;

        /// <summary>Most patches that are memorised, 1 or more: time to score and model size grow with them.</summary>
        public int MaximumBankSize = 10_000;

        /// <summary>
        /// Patches that the memorised ones are chosen from, 1 or more: a uniform sample of all patches of all good rows. Memory is 8 C bytes each.
        /// </summary>
        public int MaximumPatches = 100_000;

        /// <summary>Values a patch is projected on while choosing, 1 or more; the memorised patches are whole.</summary>
        public int ProjectedDimension = 128;

        /// <summary>
        /// b: neighbours that re-weight the score, 2 or more, at most the patches memorised (the paper's equation 7, with 9); 0 for none, as the authors' own
        /// code does. Of no use where <see cref="Standardise"/> is on.
        /// </summary>
        public int Neighbours;

        /// <summary>
        /// Whether map and score are standardised: the map by position on good rows that are held back, the score from several pooled statistics. The rows
        /// should then come in the order of capture: they are taken as five blocks, each scored without the patches that were memorised from it. Off: as
        /// published.
        /// </summary>
        public bool Standardise;

        /// <summary>Threads that choose the patches, 1 or more; the model does not depend on it.</summary>
        public int Threads = Environment.ProcessorCount;

        internal override void Check()
        {
            Require(CoresetShare is > 0 and <= 1, nameof(CoresetShare), CoresetShare, "above 0, at most 1");
            Require(MaximumBankSize >= 1, nameof(MaximumBankSize), MaximumBankSize, "1 or more");
            Require(MaximumPatches >= 1, nameof(MaximumPatches), MaximumPatches, "1 or more");
            Require(ProjectedDimension >= 1, nameof(ProjectedDimension), ProjectedDimension, "1 or more");
            Require(Neighbours is 0 or >= 2, nameof(Neighbours), Neighbours, "0, or 2 or more");
            Require(Threads >= 1, nameof(Threads), Threads, "1 or more");
        }
    }
}
