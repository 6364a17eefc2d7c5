using DxmiMlNet.Diffusion;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection;

/// <summary>
/// The principal components of patch features: y = (x - mean) basis, [C] to [K]. Features have far more channels than the good parts vary in.
/// </summary>
/// <param name="Mean">[C].</param>
/// <param name="Basis">[C, K], row major; its columns are orthonormal, the largest variance last.</param>
/// <param name="Channels">C.</param>
/// <param name="Components">K.</param>
internal sealed record PatchProjection(float[] Mean, float[] Basis, int Channels, int Components)
{
    /// <summary>Collects the moments of all patches.</summary>
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
            var x = tensor(patches, [patches.Length / channels, channels]);
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
            var (_, vectors) = linalg.eigh(covariance);   // ascending variance
            var basis = vectors.narrow(1, channels - kept, kept).to(ScalarType.Float32).contiguous();
            return new PatchProjection([.. mean.to(ScalarType.Float32).data<float>()], [.. basis.data<float>()], channels, kept);
        }

        public void Dispose()
        {
            _sum.Dispose();
            _products.Dispose();
        }
    }
}
