using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>
/// Learns what good parts look like with DxMI: maximum-entropy inverse reinforcement learning of a diffusion sampler with an energy
/// (Yoon et al., NeurIPS 2024). The energy of a patch is its anomaly score.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Anomaly detection |
/// | Is normalization required? | No (features are whitened) |
/// | Is caching required? | No (the data is read twice; cache it where reading is slow) |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet; to train also TorchSharp-cpu or a CUDA backend |
/// | Exportable to ONNX | Yes (the fitted transformer holds an ONNX graph) |
///
/// **Algorithm.** Patch features x in [H, W, C] are projected on their K principal components and whitened, with statistics by position
/// where that explains held-back good images better. A local energy e(z) is pretrained against noised features, a sampler
/// pi(z_{t+1} | z_t) = N(mu(z_t, t), sigma_t^2 I), t = 0..T-1, as a DDPM. Then both are trained together: the energy lowers data and raises the
/// sampler's samples, L_E = E(data) - E(samples) + lambda K (|grad E(data)|^2 + |grad E(samples)|^2); values V(z, t) learn the expected future cost
/// V(z_t, t) = E[V(z_{t+1}, t+1) + tau2 |z_{t+1} - z_t|^2 / (2 s_t^2) - tau1 log sigma_t], V(., T) = E; the sampler lowers it.
/// Part of the trajectories start from noised data, so that the negatives lie near the data. The map is e at every patch; the
/// score is the mean of the highest energies. Two good rows are the least; a checkpoint holds what was done of a training that is cancelled or killed.
/// ]]></format>
/// </remarks>
public sealed partial class DxmiAnomalyTrainer : DetectionTrainer<DxmiAnomalyTrainer.Options>
{
    internal DxmiAnomalyTrainer(IHostEnvironment env, Options options)
        : base(env, options)
    {
    }

    private protected override FittedDetector Learn(FeatureRows rows, DataViewSchema.Column features, (int Height, int Width, int Channels) grid, PhaseLog log)
        => new DxmiTraining(Settings, Seed, grid, FeatureTaps.Of(features, grid.Channels), log).Run(rows);
}
