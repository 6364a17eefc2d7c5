using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>
/// A mixture of Gaussians, p(x) = sum_m w_m N(x; mu_m, Sigma_m), fitted by expectation and maximisation (Dempster et al., 1977): the kinds of patch
/// that good parts are made of. The covariance of a component with few samples is drawn to the pooled one, (n Sigma + 4 D pooled) / (n + 4 D), as
/// a prior of 4 D samples would draw it.
/// </summary>
public sealed class GaussianMixture : IDisposable
{
    private const int ClusterRounds = 12, Rounds = 15, PriorSamplesPerDimension = 4;
    private const double Ridge = 1e-4;
    private const long BlockSize = 8192;   // M whitened copies of all samples at once would be gigabytes

    private GaussianMixture(Tensor weights, Tensor means, Tensor transforms, Tensor logDeterminants)
    {
        Components = (int)means.shape[0];
        Dimension = (int)means.shape[1];
        Transform = transforms.permute(1, 0, 2).reshape(Dimension, Components * Dimension).contiguous().DetachFromDisposeScope();
        Centre = means.unsqueeze(1).bmm(transforms).squeeze(1).contiguous().DetachFromDisposeScope();
        Offset = weights.log().Minus(logDeterminants.Times(0.5)).DetachFromDisposeScope();
    }

    /// <summary>Number of Gaussians M.</summary>
    public int Components { get; }

    /// <summary>Dimension D of a sample.</summary>
    public int Dimension { get; }

    /// <summary>[D, M D]: x times it are the M whitened copies of x, one after the other; a block times its transpose is that inverse covariance.</summary>
    public Tensor Transform { get; }

    /// <summary>The whitened means, [M, D].</summary>
    public Tensor Centre { get; }

    /// <summary>log w_m - log |Sigma_m| / 2, [M].</summary>
    public Tensor Offset { get; }

    /// <summary>Fits a mixture; k-means (Lloyd) from random samples is its start.</summary>
    /// <param name="data">Samples, [N, D], on any device; at least as many as components.</param>
    /// <param name="components">Number of Gaussians M, 1 or more.</param>
    /// <param name="generator">A generator of the CPU; draws the first centres.</param>
    /// <param name="cancellation">Asked between rounds, the slow part with many samples.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one component, or fewer samples than components.</exception>
    public static GaussianMixture Fit(Tensor data, int components, Generator generator, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(components, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(components, data.shape[0]);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        if (components == 1)
            return Maximise(data, ones(data.shape[0], 1, device: data.device));
        var shares = OneHot(Clusters(data, components, generator), components);
        var mixture = Maximise(data, shares);
        for (int round = 0; round < Rounds; round++)
        {
            using var inner = NewDisposeScope();
            using var former = mixture;
            cancellation.ThrowIfCancellationRequested();
            mixture = Maximise(data, cat([.. data.split(BlockSize).Select(former.Shares)]));
        }
        return mixture;
    }

    /// <summary>log p(x) + D/2 log(2 pi): [B, D] to [B].</summary>
    public Tensor LogDensity(Tensor x) => LogParts(x).logsumexp(1);

    /// <inheritdoc/>
    public void Dispose()
    {
        Transform.Dispose();
        Centre.Dispose();
        Offset.Dispose();
    }

    // log(w_m N(x; mu_m, Sigma_m)) + D/2 log(2 pi), [B, M]
    private Tensor LogParts(Tensor x)
        => x.mm(Transform).reshape(-1, Components, Dimension).Minus(Centre).Squared().sum([2L]).Times(-0.5).Plus(Offset);

    // How much of each sample is each component's, [B, M].
    private Tensor Shares(Tensor x)
    {
        using var scope = NewDisposeScope();
        return LogParts(x).softmax(1).MoveToOuterDisposeScope();
    }

    private static Tensor Clusters(Tensor data, int components, Generator generator)
    {
        using var scope = NewDisposeScope();
        var centres = data.index_select(0, randperm(data.shape[0], generator: generator).narrow(0, 0, components).to(data.device));
        var nearest = cdist(data, centres).argmin(1);
        for (int round = 1; round < ClusterRounds; round++)
        {
            var shares = OneHot(nearest, components);
            var counts = shares.sum([0L]).unsqueeze(1);
            centres = where(counts.gt(ScalarArithmetic.Zero), shares.t().mm(data) / counts.clamp_min(ScalarArithmetic.One), centres);   // an empty one stays where it was
            nearest = cdist(data, centres).argmin(1);
        }
        return nearest.MoveToOuterDisposeScope();
    }

    private static Tensor OneHot(Tensor index, int components) => nn.functional.one_hot(index, components).to(ScalarType.Float32);

    // The mixture of largest likelihood for given shares [N, M] of the components in the samples.
    private static GaussianMixture Maximise(Tensor data, Tensor shares)
    {
        using var scope = NewDisposeScope();
        int components = (int)shares.shape[1], dimension = (int)data.shape[1];
        var counts = shares.sum([0L]).Plus(1e-3);   // a component without samples keeps a covariance: the pooled one
        var weights = counts / counts.sum();
        var means = shares.t().mm(data) / counts.unsqueeze(1);
        var covariances = stack([.. Enumerable.Range(0, components).Select(m =>
        {
            using var inner = NewDisposeScope();
            var centred = data.Minus(means[m]);
            return ((centred * shares.narrow(1, m, 1)).t().mm(centred) / counts[m]).MoveToOuterDisposeScope();
        })]);
        var pooled = (covariances * weights.reshape(-1, 1, 1)).sum([0L]);
        var own = (counts / counts.Plus(PriorSamplesPerDimension * dimension)).reshape(-1, 1, 1);
        var identity = eye(dimension, device: data.device);
        covariances = (own * covariances).Plus(own.Times(-1).Plus(1) * pooled).Plus(identity.Times(Ridge));
        var lower = linalg.cholesky(covariances);
        var transforms = linalg.solve_triangular(lower, identity.expand(lower.shape), upper: false).transpose(-1, -2).contiguous();
        return new GaussianMixture(weights, means, transforms, lower.diagonal(0, -2, -1).log().sum([-1L]).Times(2));
    }
}
