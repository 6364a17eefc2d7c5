using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Features;

/// <summary>What the features should be, written straight from the definitions, in double and without any cleverness.</summary>
internal static class NaiveFeatures
{
    /// <summary>An image as [3, height, width], red first, in 0..255: every target pixel is the triangle-weighted mean of all source pixels.</summary>
    public static double[,,] Resize(MLImage image, int height, int width)
    {
        var result = new double[3, height, width];
        int red = image.PixelFormat == MLPixelFormat.Rgba32 ? 0 : 2;
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                {
                    double sum = 0, weights = 0;
                    for (int v = 0; v < image.Height; v++)
                        for (int u = 0; u < image.Width; u++)
                        {
                            double weight = Triangle(v, y, image.Height, height) * Triangle(u, x, image.Width, width);
                            sum += weight * image.Pixels[4 * (v * image.Width + u) + (c == 1 ? 1 : c == 0 ? red : 2 - red)];
                            weights += weight;
                        }
                    result[c, y, x] = sum / weights;
                }
        return result;

        static double Triangle(int k, int target, int from, int to)
        {
            double ratio = (double)from / to;
            return Math.Max(0, 1 - Math.Abs(k + 0.5 - (target + 0.5) * ratio) / Math.Max(ratio, 1));
        }
    }

    /// <summary>The tiny backbone's features of an image, taps "inner" and "deep": [H, W, 4 + 5].</summary>
    public static float[] Of(MLImage image, int height, int width)
    {
        var input = Resize(image, height, width);
        var description = TinyBackbone.Description.Input;
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    input[c, y, x] = (input[c, y, x] * description.Scale - description.Mean[c]) / description.Std[c];

        var inner = Convolve(input, TinyBackbone.StemWeights, TinyBackbone.StemChannels, 4);
        foreach (var (c, y, x) in Indices(inner))
            inner[c, y, x] = Math.Max(0, inner[c, y, x]);
        var deep = Convolve(inner, TinyBackbone.DeepWeights, TinyBackbone.DeepChannels, 2);

        var fine = MeanOfNeighbours(inner);
        var coarse = Enlarge(MeanOfNeighbours(deep), 2);
        int channels = TinyBackbone.StemChannels + TinyBackbone.DeepChannels;
        var features = new float[height / 4 * (width / 4) * channels];
        for (int y = 0, at = 0; y < height / 4; y++)
            for (int x = 0; x < width / 4; x++)
                for (int c = 0; c < channels; c++)
                    features[at++] = (float)(c < TinyBackbone.StemChannels ? fine[c, y, x] : coarse[c - TinyBackbone.StemChannels, y, x]);
        return features;
    }

    // A convolution whose kernel is as large as its stride.
    private static double[,,] Convolve(double[,,] input, float[] weights, int channels, int size)
    {
        int depth = input.GetLength(0);
        var result = new double[channels, input.GetLength(1) / size, input.GetLength(2) / size];
        foreach (var (c, y, x) in Indices(result))
            for (int d = 0; d < depth; d++)
                for (int v = 0; v < size; v++)
                    for (int u = 0; u < size; u++)
                        result[c, y, x] += input[d, y * size + v, x * size + u] * weights[((c * depth + d) * size + v) * size + u];
        return result;
    }

    private static double[,,] MeanOfNeighbours(double[,,] map)
    {
        int height = map.GetLength(1), width = map.GetLength(2);
        var result = new double[map.GetLength(0), height, width];
        foreach (var (c, y, x) in Indices(result))
        {
            var inside = new List<double>();
            for (int v = Math.Max(0, y - 1); v <= Math.Min(height - 1, y + 1); v++)
                for (int u = Math.Max(0, x - 1); u <= Math.Min(width - 1, x + 1); u++)
                    inside.Add(map[c, v, u]);
            result[c, y, x] = inside.Average();
        }
        return result;
    }

    private static double[,,] Enlarge(double[,,] map, int ratio)
    {
        int height = map.GetLength(1), width = map.GetLength(2);
        var result = new double[map.GetLength(0), height * ratio, width * ratio];
        foreach (var (c, y, x) in Indices(result))
        {
            double v = Math.Clamp((y + 0.5) / ratio - 0.5, 0, height - 1), u = Math.Clamp((x + 0.5) / ratio - 0.5, 0, width - 1);
            int top = (int)v, left = (int)u, bottom = Math.Min(top + 1, height - 1), right = Math.Min(left + 1, width - 1);
            result[c, y, x] = (1 - (v - top)) * ((1 - (u - left)) * map[c, top, left] + (u - left) * map[c, top, right])
                + (v - top) * ((1 - (u - left)) * map[c, bottom, left] + (u - left) * map[c, bottom, right]);
        }
        return result;
    }

    private static IEnumerable<(int C, int Y, int X)> Indices(double[,,] map)
        => from c in Enumerable.Range(0, map.GetLength(0))
           from y in Enumerable.Range(0, map.GetLength(1))
           from x in Enumerable.Range(0, map.GetLength(2))
           select (c, y, x);
}
