using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>Mean and deviation of each channel of a teacher's tap over training crops.</summary>
internal sealed record TapStatistics(float[] Mean, float[] Deviation)
{
    /// <summary>The statistics of all taps over some batches.</summary>
    public static TapStatistics[] Of(IEnumerable<CropBatch> batches)
    {
        double[][]? sums = null, squares = null;
        long[]? counts = null;
        foreach (var batch in batches)
        {
            sums ??= batch.Taps.Select(t => new double[t.Shape[1]]).ToArray();
            squares ??= batch.Taps.Select(t => new double[t.Shape[1]]).ToArray();
            counts ??= new long[batch.Taps.Length];
            for (int tap = 0; tap < batch.Taps.Length; tap++)
                counts[tap] += Add(batch.Taps[tap], sums[tap], squares[tap]);
        }
        return sums!.Select((sum, tap) => From(sum, squares![tap], counts![tap])).ToArray();
    }

    /// <summary>(values - mean) / deviation a channel, [B, C, H, W].</summary>
    public Tensor Normalised(TapValues tap, Device device)
    {
        var mean = tensor(Mean, [1, Mean.Length, 1, 1], device: device);
        var deviation = tensor(Deviation, [1, Deviation.Length, 1, 1], device: device);
        return (tensor(tap.Values, tap.Shape, device: device) - mean) / deviation;
    }

    /// <summary>Adds a tap's values [B, C, H, W] to the sums a channel; returns how many values a channel has.</summary>
    private static long Add(TapValues tap, double[] sums, double[] squares)
    {
        int channels = sums.Length, area = (int)(tap.Shape[2] * tap.Shape[3]);
        for (int at = 0, channel = 0; at < tap.Values.Length; at += area, channel = (channel + 1) % channels)
            foreach (float value in tap.Values.AsSpan(at, area))
            {
                sums[channel] += value;
                squares[channel] += (double)value * value;
            }
        return tap.Values.Length / channels;
    }

    private static TapStatistics From(double[] sums, double[] squares, long count)
    {
        var mean = sums.Select(s => s / count).ToArray();
        var deviation = squares.Select((s, c) => Math.Sqrt(Math.Max(0, s / count - mean[c] * mean[c]))).ToArray();
        // A channel that hardly ever moves must not be blown up to the size of the others.
        double floor = Math.Max(1e-6, 0.05 * deviation.Average());
        return new TapStatistics([.. mean.Select(m => (float)m)], [.. deviation.Select(d => (float)Math.Max(d, floor))]);
    }
}
