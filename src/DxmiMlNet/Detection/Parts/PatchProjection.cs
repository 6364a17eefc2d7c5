using DxmiMlNet.Columns;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Pipeline;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// The principal components of patch features, each brought to deviation 1: y = ((x - mean) scale) basis, [C] to [K]. Features have far more channels
/// than the good parts vary in. The scale brings every tap of the backbone to a total variance of its weight squared: taps differ in scale by their training, and the largest would
/// take nearly all components.
/// </summary>
/// <param name="Mean">[C].</param>
/// <param name="Scale">[C]; 0 for a tap that never varies.</param>
/// <param name="Basis">[C, K], row major; its columns are orthogonal and of length 1 / spread, the largest variance last.</param>
/// <param name="Spread">Deviation of each component before it is brought to 1, [K]; not below 3 % of the root mean square, so that noise stays noise.</param>
/// <param name="Channels">C.</param>
/// <param name="Components">K.</param>
internal sealed record PatchProjection(float[] Mean, float[] Scale, float[] Basis, float[] Spread, int Channels, int Components)
{
    private const double LeastVariance = 1e-3;   // in units of the components' mean

    /// <summary>Collects the moments of all patches.</summary>
    /// <param name="taps">Taps of the backbone; C channels in all.</param>
    public sealed class Moments(IReadOnlyList<FeatureTap> taps) : IDisposable
    {
        private readonly Tensor _sum = zeros(taps.Sum(tap => tap.Channels), dtype: ScalarType.Float64).DetachFromDisposeScope();
        private readonly Tensor _products = zeros(taps.Sum(tap => tap.Channels), taps.Sum(tap => tap.Channels), dtype: ScalarType.Float64).DetachFromDisposeScope();
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
            int channels = (int)_sum.shape[0], kept = Math.Min(components, channels);
            var mean = _sum.Times(1.0 / _count);
            var covariance = _products.Times(1.0 / _count).Minus(mean.unsqueeze(1) * mean.unsqueeze(0));
            Variation.Require(covariance.diagonal().mean().item<double>(), _products.diagonal().mean().item<double>() / _count);
            var scale = Scale(covariance);
            var (values, vectors) = linalg.eigh(covariance * scale.unsqueeze(0) * scale.unsqueeze(1));   // ascending variance
            var variance = values.narrow(0, channels - kept, kept);
            var spread = variance.clamp_min(Math.Max(1e-24, LeastVariance * variance.mean().item<double>())).sqrt();
            var basis = (vectors.narrow(1, channels - kept, kept) * spread.reciprocal().unsqueeze(0)).to(ScalarType.Float32).contiguous();
            return new PatchProjection([.. mean.to(ScalarType.Float32).data<float>()], [.. scale.to(ScalarType.Float32).data<float>()], [.. basis.data<float>()],
                [.. spread.to(ScalarType.Float32).data<float>()], channels, kept);
        }

        // Weight / sqrt(total variance) of a channel's tap, [C]; 0 for a tap that never varies.
        private Tensor Scale(Tensor covariance)
        {
            var variances = covariance.diagonal().split([.. taps.Select(tap => (long)tap.Channels)]);
            return cat([.. variances.Zip(taps, (variance, tap) =>
            {
                double total = variance.sum().item<double>();
                return ones_like(variance).Times(total > 0 ? tap.Weight / Math.Sqrt(total) : 0);
            })]);
        }

        public void Dispose()
        {
            _sum.Dispose();
            _products.Dispose();
        }
    }
}
