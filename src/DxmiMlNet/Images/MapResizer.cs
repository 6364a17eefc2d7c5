using System.Numerics.Tensors;

namespace DxmiMlNet.Images;

/// <summary>
/// Bilinear resampling of float maps with half-pixel centres and clamped borders: what ONNX <c>Resize</c> (linear, half_pixel) and
/// PyTorch <c>interpolate(align_corners=False)</c> do. Like them, it does not smooth before it shrinks.
/// </summary>
internal static class MapResizer
{
    /// <summary>Resamples a map to another size. A constant map stays exactly constant, and an equal size is an exact copy.</summary>
    /// <param name="source">[h, w], row by row, finite.</param>
    /// <param name="h">Rows of the source.</param>
    /// <param name="w">Columns of the source.</param>
    /// <param name="target">[H, W], row by row; must not overlap the source.</param>
    /// <param name="H">Rows of the target.</param>
    /// <param name="W">Columns of the target.</param>
    /// <exception cref="ArgumentException">A size is not positive, or a length does not fit its size.</exception>
    public static void Resize(ReadOnlySpan<float> source, int h, int w, Span<float> target, int H, int W)
    {
        if (h <= 0 || w <= 0 || H <= 0 || W <= 0 || source.Length != h * w || target.Length != H * W)
            throw new ArgumentException($"A map of {source.Length} values is to go from {h} x {w} to {H} x {W} in {target.Length} values. Lengths should be height * width, all positive. Pass the sizes of the buffers.");
        if (h == H && w == W)
        {
            source.CopyTo(target);
            return;
        }

        var columns = new (int Left, int Right, float Weight)[W];
        for (int x = 0; x < W; x++)
            columns[x] = Taps(x, w, W);
        var upper = new float[W];   // source row y0, resampled horizontally
        var step = new float[W];    // source row y1, resampled horizontally, less upper
        int current = -1;
        for (int y = 0; y < H; y++)
        {
            var (y0, y1, weight) = Taps(y, h, H);
            if (y0 != current)
            {
                ResizeRow(source.Slice(y0 * w, w), columns, upper);
                ResizeRow(source.Slice(y1 * w, w), columns, step);
                TensorPrimitives.Subtract(step, upper, step);
                current = y0;
            }
            TensorPrimitives.MultiplyAdd(step, weight, upper, target.Slice(y * W, W));
        }
    }

    // The centre of target pixel i lies at (i + 1/2) * from / to - 1/2 in the source, clamped to the first and last centre.
    private static (int Low, int High, float Weight) Taps(int i, int from, int to)
    {
        double centre = Math.Max((i + 0.5) * from / to - 0.5, 0);
        int low = Math.Min((int)centre, from - 1);
        return (low, Math.Min(low + 1, from - 1), (float)(centre - low));
    }

    private static void ResizeRow(ReadOnlySpan<float> row, (int Left, int Right, float Weight)[] columns, Span<float> resized)
    {
        for (int x = 0; x < columns.Length; x++)
        {
            var (left, right, weight) = columns[x];
            resized[x] = row[left] + weight * (row[right] - row[left]);
        }
    }
}
