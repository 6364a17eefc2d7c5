using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>
/// A Gaussian N(mu, Sigma) fitted to samples, as a distance in units of its own spread: d(x) = mean(((x - mu) W)^2) + log|Sigma| / D with W W' = Sigma^-1,
/// which is -2/D log p(x) up to D/2 log(2 pi), and mean(x^2) for the standard Gaussian.
/// </summary>
public sealed class Gaussian : IDisposable
{
    private const double Ridge = 1e-4;   // of samples without spread in a direction

    private Gaussian(Tensor transform, Tensor centre, double offset)
    {
        Transform = transform.DetachFromDisposeScope();
        Centre = centre.DetachFromDisposeScope();
        Offset = offset;
    }

    /// <summary>Dimension D of a sample.</summary>
    public int Dimension => (int)Transform.shape[0];

    /// <summary>W, [D, D].</summary>
    public Tensor Transform { get; }

    /// <summary>mu W, [D].</summary>
    public Tensor Centre { get; }

    /// <summary>log|Sigma| / D.</summary>
    public double Offset { get; }

    /// <summary>Fits mean and covariance.</summary>
    /// <param name="data">Samples, [N, D], on any device.</param>
    public static Gaussian Fit(Tensor data)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var mean = data.mean([0L]);
        var centred = data.Minus(mean);
        var identity = eye(data.shape[1], device: data.device);
        var lower = linalg.cholesky(centred.t().mm(centred).Times(1.0 / data.shape[0]).Plus(identity.Times(Ridge)));
        var transform = linalg.solve_triangular(lower, identity, upper: false).t().contiguous();
        return new Gaussian(transform, mean.unsqueeze(0).mm(transform).squeeze(0), 2 * lower.diagonal().log().mean().item<float>());
    }

    /// <summary>d(x): [B, D] to [B].</summary>
    public Tensor Distance(Tensor x) => x.mm(Transform).Minus(Centre).Squared().mean([-1L]).Plus(Offset);

    /// <inheritdoc/>
    public void Dispose()
    {
        Transform.Dispose();
        Centre.Dispose();
    }
}
