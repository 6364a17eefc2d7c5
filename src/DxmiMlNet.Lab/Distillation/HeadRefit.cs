using DxmiMlNet.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>
/// How much of the teacher a network's taps predict linearly: heads fitted by least squares on training crops, measured on held-out ones.
/// The yardstick for a network that had no heads in training, such as one with random weights.
/// </summary>
internal static class HeadRefit
{
    /// <param name="taps">The network: from a batch to its taps [B, C, H, W], of the teacher's sizes.</param>
    /// <param name="statistics">Statistics of the teacher's taps.</param>
    /// <param name="training">Batches to fit on.</param>
    /// <param name="heldOut">Batches to measure on.</param>
    /// <returns>Of each tap, the share of the teacher's variance that stays unexplained.</returns>
    public static double[] Unexplained(
        Func<CropBatch, Tensor[]> taps, TapStatistics[] statistics, IEnumerable<CropBatch> training, IEnumerable<CropBatch> heldOut)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var heads = Fit(taps, statistics, training);
        var (errors, powers) = (new double[heads.Length], new double[heads.Length]);
        foreach (var batch in heldOut)
        {
            using var inner = NewDisposeScope();
            var students = taps(batch);
            for (int i = 0; i < heads.Length; i++)
            {
                var truth = Rows(statistics[i].Normalised(batch.Taps[i], CPU));
                var error = matmul(WithOne(students[i]), heads[i]) - truth;
                errors[i] += (error * error).sum().item<double>();
                powers[i] += (truth * truth).sum().item<double>();
            }
        }
        return errors.Zip(powers, (e, p) => e / p).ToArray();
    }

    /// <summary>Solves (X'X + r I) W = X'Y a tap; the ridge r is a millionth of the mean of X'X's diagonal.</summary>
    private static Tensor[] Fit(Func<CropBatch, Tensor[]> taps, TapStatistics[] statistics, IEnumerable<CropBatch> training)
    {
        var squares = new Tensor?[statistics.Length];
        var products = new Tensor?[statistics.Length];
        foreach (var batch in training)
        {
            using var inner = NewDisposeScope();
            var students = taps(batch);
            for (int i = 0; i < statistics.Length; i++)
            {
                var (x, y) = (WithOne(students[i]), Rows(statistics[i].Normalised(batch.Taps[i], CPU)));
                squares[i] = Sum(squares[i], matmul(x.t(), x));
                products[i] = Sum(products[i], matmul(x.t(), y));
            }
        }
        return squares.Zip(products, (a, b) => linalg.solve(a!.Plus(eye(a!.shape[0], dtype: float64) * a!.diagonal().mean() * tensor(1e-6)), b!)).ToArray();
    }

    private static Tensor Sum(Tensor? sum, Tensor term) => (sum is null ? term : sum.Plus(term)).MoveToOuterDisposeScope();

    /// <summary>[B, C, H, W] -> [B H W, C] in double.</summary>
    private static Tensor Rows(Tensor map) => map.cpu().permute(0, 2, 3, 1).reshape(-1, map.shape[1]).to(float64);

    private static Tensor WithOne(Tensor map)
    {
        var rows = Rows(map);
        return cat([rows, ones(rows.shape[0], 1, dtype: float64)], 1);
    }
}
