using DxmiMlNet.Diffusion;
using DxmiMlNet.Pipeline;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// The principal components of patch features, each brought to deviation 1: y = (x - mean) basis, [C] to [K]. Features have far more channels than the good parts
/// vary in. Channels keep the scale that the backbone gives them: what varies much there is what its features are about.
/// </summary>
/// <param name="Mean">[C].</param>
/// <param name="Basis">[C, K], row major; its columns are orthogonal and of length 1 / spread, the largest variance last.</param>
/// <param name="Spread">Deviation of each component before it is brought to 1, [K]; not below 3 % of the root mean square, so that noise stays noise.</param>
/// <param name="Channels">C.</param>
/// <param name="Components">K.</param>
internal sealed record PatchProjection(float[] Mean, float[] Basis, float[] Spread, int Channels, int Components)
{
    private const double LeastVariance = 1e-3;   // in units of the components' mean

    /// <summary>Collects the moments of all patches.</summary>
    /// <param name="channels">C.</param>
    public sealed class Moments(int channels) : IDisposable
    {
        private readonly Tensor _sum = zeros(channels, dtype: ScalarType.Float64).DetachFromDisposeScope();
        private readonly Tensor _products = zeros(channels, channels, dtype: ScalarType.Float64).DetachFromDisposeScope();
        private long _count;

        /// <summary>Number of patches.</summary>
        public long Count => _count;

        /// <summary>Adds the patches of one row, [P, C], but those that are ignored, [P].</summary>
        public void Add(float[] patches, bool[]? ignored)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var x = tensor(patches, [patches.Length / _sum.shape[0], _sum.shape[0]]);
            if (ignored is not null)
                x = x.index_select(0, tensor([.. Enumerable.Range(0, ignored.Length).Where(p => !ignored[p]).Select(p => (long)p)]));
            _sum.Increase(x.sum([0L], type: ScalarType.Float64));
            _products.Increase(x.t().mm(x).to(ScalarType.Float64));
            _count += x.shape[0];
        }

        /// <summary>The components of largest variance; at most as many as there are channels.</summary>
        public PatchProjection Fit(int components)
        {
            using var scope = NewDisposeScope();
            int kept = Math.Min(components, channels);
            var mean = _sum.Times(1.0 / _count);
            var covariance = _products.Times(1.0 / _count).Minus(mean.unsqueeze(1) * mean.unsqueeze(0));
            Variation.Require(covariance.diagonal().mean().item<double>(), _products.diagonal().mean().item<double>() / _count);
            var (values, vectors) = linalg.eigh(covariance);   // ascending variance
            var variance = values.narrow(0, channels - kept, kept);
            var spread = variance.clamp_min(Math.Max(1e-24, LeastVariance * variance.mean().item<double>())).sqrt();
            var basis = (vectors.narrow(1, channels - kept, kept) * spread.reciprocal().unsqueeze(0)).to(ScalarType.Float32).contiguous();
            return new PatchProjection([.. mean.to(ScalarType.Float32).data<float>()], [.. basis.data<float>()], [.. spread.to(ScalarType.Float32).data<float>()],
                channels, kept);
        }

        public void Dispose()
        {
            _sum.Dispose();
            _products.Dispose();
        }
    }
}
