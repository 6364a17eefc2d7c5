using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>
/// Learns what good parts look like: a bank of normal patches that covers them, and an energy that DxMI trains from a Gaussian by position (maximum-entropy
/// inverse reinforcement learning of a diffusion sampler with an energy: Yoon et al., NeurIPS 2024).
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Anomaly detection |
/// | Is normalization required? | No (features are whitened) |
/// | Is caching required? | No (the data is read once, and kept in a temporary file) |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet; to train also TorchSharp-cpu or a CUDA backend |
/// | Exportable to ONNX | Yes, behind `ExtractPatchFeatures`: `mlContext.Model.ConvertToOnnx(chain, path)` |
///
/// **Algorithm.** Patch features x in [H, W, C] are projected on their K principal components y, each of deviation 1. Two maps fail differently and are summed,
/// S(x, p) = w B^ + D^. B is the distance to the nearest of M patches that greedy k-center selection chose, of half-whitened components. D is the root of an
/// energy of patches z that are whitened by position, E(z) = a |z|^2 / K + g(z), whose perceptron g starts at zero: the Gaussian of the position is its
/// anchor. Energy and a sampler pi(z_{t+1} | z_t) = N(mu(z_t, t), sigma_t^2 I), t = 0..T-1, pretrained as a DDPM, are trained together:
/// L_E = E(data) - E(samples) + lambda K (|grad E(data)|^2 + |grad E(samples)|^2); values V(z, t) learn the expected future cost
/// V(z_t, t) = E[V(z_{t+1}, t+1) + tau2 |z_{t+1} - z_t|^2 / (2 s_t^2) - tau1 log sigma_t], V(., T) = E; the sampler lowers it. Half of the data are drawn by
/// coverage, a cell of the bank as often as any other; part of the trajectories start from noised data. g stays only if it tells flawed patches of held-back
/// rows apart better than the anchor does. A hat is (v - m_p) / s_p with what held-back good rows show at the position; the score is the mean of several pooled
/// statistics of S, less its own level, in units of their own. **Order:** rows should come in the order of capture; the last fifth is held back, and neither energy nor whitening is fitted on it.
/// Two good rows are the least; a checkpoint holds what was done of a training that is cancelled or killed.
/// ]]></format>
/// </remarks>
public sealed partial class DxmiAnomalyTrainer : DetectionTrainer<DxmiAnomalyTrainer.Options>
{
    internal DxmiAnomalyTrainer(IHostEnvironment env, Options options)
        : base(env, options)
    {
    }

    private protected override FittedDetector Learn(FeatureRows rows, DataViewSchema.Column features, (int Height, int Width, int Channels) grid, PhaseLog log)
        => new DxmiTraining(Settings, Seed, grid, log).Run(rows);
}
