using DxmiMlNet.Diffusion;

using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Metrics;

/// <summary>How well an energy ranks data below other points.</summary>
public static class EnergyRanking
{
    /// <summary>
    /// Area under the ROC curve: the probability that another point has a higher energy than a data point, a tie counting half (Mann-Whitney).
    /// </summary>
    /// <param name="ofData">Energies of data, [N]; infinite ones are ranked as such.</param>
    /// <param name="ofOthers">Energies of other points, [M].</param>
    /// <returns>0 to 1; NaN where an energy is NaN.</returns>
    public static double Auroc(Tensor ofData, Tensor ofOthers)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (ofData.isnan().any().item<bool>() || ofOthers.isnan().any().item<bool>())
            return double.NaN;
        var sorted = ofData.sort().Values;
        var below = searchsorted(sorted, ofOthers, right: false).sum().item<long>();       // data below each other point
        var notAbove = searchsorted(sorted, ofOthers, right: true).sum().item<long>();     // and those at it
        return 0.5 * (below + notAbove) / ((double)ofData.shape[0] * ofOthers.shape[0]);
    }

    /// <summary>The AUROC of an energy, data against uniform points of the square [-side/2, side/2]^2.</summary>
    /// <param name="energy">[B, 2] to [B].</param>
    /// <param name="data">Data, [N, 2].</param>
    /// <param name="generator">Draws as many uniform points.</param>
    /// <param name="side">Side of the square.</param>
    public static double AgainstUniform(Func<Tensor, Tensor> energy, Tensor data, Generator generator, double side = 8)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var uniform = rand(data.shape, device: data.device, generator: generator).Plus(-0.5).Times(side);
        return Auroc(energy(data), energy(uniform));
    }
}
