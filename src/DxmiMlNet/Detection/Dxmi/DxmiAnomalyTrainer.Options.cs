using DxmiMlNet.Detection.Parts;

using static DxmiMlNet.Detection.DetectionOptions;

namespace DxmiMlNet.Detection.Dxmi;

public sealed partial class DxmiAnomalyTrainer
{
    /// <summary>Settings of <see cref="DxmiAnomalyTrainer"/>.</summary>
    public sealed class Options : DetectionTrainerOptions
    {
        /// <summary>Principal components K of the features, 1 or more; capped at their channels.</summary>
        public int Components = 48;

        /// <summary>Whether whitening depends on the position of a patch.</summary>
        public PositionDependence Whitening = PositionDependence.Auto;

        /// <summary>Patches M that stand for all normal ones, 1 or more: time to score grows with them.</summary>
        public int BankSize = 1000;

        /// <summary>Weight of the distance to the bank beside the energy, both in units of what held-back good rows show; 0 or more.</summary>
        public double BankWeight = 0.7;

        /// <summary>Hidden layer sizes of the energy's learned part g.</summary>
        public int[] EnergyHiddenSizes = [64, 64];

        /// <summary>Hidden layer sizes of values and sampler.</summary>
        public int[] HiddenSizes = [128, 128];

        /// <summary>Shares of the highest patches of a map that are pooled, above 0 to 1, at least one patch each; the score is their mean, each in units of its own.</summary>
        public double[] PooledShares = [.. PooledScore.UsualShares];

        /// <summary>
        /// Patches that the bank is chosen from and on which energy and sampler are trained, 1000 or more: a uniform sample of all patches of all good rows.
        /// Memory is 12 K bytes each.
        /// </summary>
        public int MaximumPatches = 60_000;

        /// <summary>
        /// Share of the patches that energy and sampler are trained on which are drawn by coverage, 0 to 1: every region of normal patches as often as any other,
        /// however rare. With 0 the sampler's samples are distributed as the good patches are.
        /// </summary>
        public double CoverageShare = 0.5;

        /// <summary>Generation steps T of the sampler, 2 or more.</summary>
        public int Steps = 5;

        /// <summary>
        /// Whether the sampler is trained to run in any number of steps, chosen at generation: half of the iterations train T, the others 1, 2, 4, 8 or 16. Scores differ a
        /// little from those of a detector whose sampler has T steps alone, for the energy learns with it.
        /// </summary>
        public bool AnyStep;

        /// <summary>Iterations in which the energy is trained against noised features before DxMI, 0 or more. It helps less than it harms: the default is none.</summary>
        public int EnergyPretrainingIterations;

        /// <summary>Noise levels of the energy's pretraining against noised features, in units of the whitened features.</summary>
        public float[] NoiseLevels = [0.3f, 0.6f, 1.0f];

        /// <summary>Iterations of the sampler's pretraining as a DDPM, 0 or more.</summary>
        public int SamplerPretrainingIterations = 1000;

        /// <summary>Iterations of DxMI, 0 or more. With 0 the energy is its anchor: a Gaussian by position.</summary>
        public int Iterations = 500;

        /// <summary>
        /// Whether the learned part of the energy must tell flawed patches of held-back good rows from unchanged ones better than the anchor alone does, and is left
        /// out where it does not.
        /// </summary>
        public bool ProvesLearnedPart = true;

        /// <summary>Patches or trajectories an iteration, at least the number of steps.</summary>
        public int BatchSize = 256;

        /// <summary>tau: weight of entropy and running cost, in units of the energy; 0 or more.</summary>
        public double Tau = 1;

        /// <summary>Learning rate of the energy in the DxMI phase.</summary>
        public double EnergyRate = 3e-5;

        /// <summary>Learning rate of sampler and values in the DxMI phase.</summary>
        public double SamplerRate = 1e-3;

        /// <summary>
        /// Weight of the penalty on the energy's slope at data and samples in the DxMI phase, 0 or more (<see cref="Diffusion.Training.EnergyOptions.GradientPenalty"/>):
        /// the energy of a part to come is then near that of the parts it resembles.
        /// </summary>
        public double GradientPenalty = 0.01;

        /// <summary>Share of the trajectories that start part-way from noised data, 0 to below 1.</summary>
        public double PartwayShare = 0.9;

        /// <summary>Share of the data's variance that is left at the sampler's noisiest level, above 0 and below 1.</summary>
        public double SignalAtStart = 0.1;

        /// <summary>
        /// Whether the fitted model keeps its sampler, for <c>SampleDxmi</c> and <c>NearestNormal</c>: 4 bytes a parameter more, 0.1 MB with 64 components.
        /// Scores are the same.
        /// </summary>
        public bool KeepSampler = true;

        /// <summary>Threads of libtorch, 1 or more. The networks are small: more threads seldom help. The same number gives the same model.</summary>
        public int Threads = 1;

        /// <summary>Where to train: cpu, cuda, or auto (cuda where there is one).</summary>
        public string Device = "cpu";

        /// <summary>A file for checkpoints: a killed training continues from it to the same model. Removed at the end. Null for none.</summary>
        public string? CheckpointPath;

        /// <summary>Whether the checkpoint of a finished training stays, for whoever trains several and may be stopped between two.</summary>
        internal bool KeepsCheckpoint;

        /// <summary>Multiplies the iterations of all phases: below 1 for a quick look, above 1 for more patience; at least 1 remains of each that there is.</summary>
        internal void ScaleIterations(double effort)
        {
            EnergyPretrainingIterations = EnergyPretrainingIterations == 0 ? 0 : Scale(EnergyPretrainingIterations);
            SamplerPretrainingIterations = Scale(SamplerPretrainingIterations);
            Iterations = Iterations == 0 ? 0 : Scale(Iterations);

            int Scale(int iterations) => (int)Math.Clamp(Math.Round(iterations * effort), 1, int.MaxValue);
        }

        internal override void Check()
        {
            Require(Components >= 1, nameof(Components), Components, "1 or more");
            Require(HiddenSizes.Length > 0 && HiddenSizes.All(h => h > 0), nameof(HiddenSizes), string.Join(", ", HiddenSizes), "one or more sizes above 0");
            Require(BankSize >= 1, nameof(BankSize), BankSize, "1 or more");
            Require(BankWeight >= 0 && double.IsFinite(BankWeight), nameof(BankWeight), BankWeight, "a finite number, 0 or more");
            Require(EnergyHiddenSizes.Length > 0 && EnergyHiddenSizes.All(h => h > 0), nameof(EnergyHiddenSizes), string.Join(", ", EnergyHiddenSizes), "one or more sizes above 0");
            Require(PooledShares.Length > 0 && PooledShares.All(s => s is > 0 and <= 1), nameof(PooledShares), string.Join(", ", PooledShares), "one or more shares above 0, at most 1");
            Require(MaximumPatches >= 1000, nameof(MaximumPatches), MaximumPatches, "1000 or more");
            Require(CoverageShare is >= 0 and <= 1, nameof(CoverageShare), CoverageShare, "0 to 1");
            Require(Steps >= 2, nameof(Steps), Steps, "2 or more");
            Require(EnergyPretrainingIterations >= 0, nameof(EnergyPretrainingIterations), EnergyPretrainingIterations, "0 or more");
            Require(SamplerPretrainingIterations >= 0, nameof(SamplerPretrainingIterations), SamplerPretrainingIterations, "0 or more");
            Require(Iterations >= 0, nameof(Iterations), Iterations, "0 or more");
            Require(BatchSize >= Steps, nameof(BatchSize), BatchSize, "at least the number of steps");
            Require(NoiseLevels.Length > 0 && NoiseLevels.All(l => l > 0), nameof(NoiseLevels), string.Join(", ", NoiseLevels), "one or more levels above 0");
            Require(Tau >= 0, nameof(Tau), Tau, "0 or more");
            Require(EnergyRate > 0, nameof(EnergyRate), EnergyRate, "above 0");
            Require(GradientPenalty >= 0 && double.IsFinite(GradientPenalty), nameof(GradientPenalty), GradientPenalty, "a finite number, 0 or more");
            Require(SamplerRate > 0, nameof(SamplerRate), SamplerRate, "above 0");
            Require(PartwayShare is >= 0 and < 1, nameof(PartwayShare), PartwayShare, "0 or more, below 1");
            Require(SignalAtStart is > 0 and < 1, nameof(SignalAtStart), SignalAtStart, "above 0, below 1");
            Require(Threads >= 1, nameof(Threads), Threads, "1 or more");
        }
    }
}
