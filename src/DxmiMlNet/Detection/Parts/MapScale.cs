namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// Brings a map to what good parts show at each position: v -> (v - m_p) / s_p. What a good part scores depends on the position; a deviation counts in units
/// of what is usual there.
/// </summary>
/// <param name="Mean">m_p, [P].</param>
/// <param name="Spread">s_p, above 0, [P].</param>
internal sealed record MapScale(float[] Mean, float[] Spread)
{
    // Held-back rows are few. Their statistics at a position are averaged over its 3 x 3 neighbours, and those of all positions count as so many rows more.
    private const double PriorRows = 3;

    // A position where nothing ever happened must not make much of very little.
    private const double SpreadFloor = 0.05;

    /// <summary>
    /// Statistics of held-back maps. With mean mu_p and variance of the rows at a position, averaged over its neighbours and shrunk to those of all
    /// positions, v is brought to u = (v - mu_p) / (sd_p + 0.05 mean |v|), and u to mean 0 and deviation 1 over all patches: maps of different kinds can be added.
    /// </summary>
    /// <param name="maps">One or more, [H, W] each.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    public static MapScale Of(IReadOnlyList<HeldBackMap> maps, int height, int width)
    {
        int positions = height * width;
        var count = new double[positions];
        var sum = new double[positions];
        var squares = new double[positions];
        double magnitude = 0;
        foreach (var map in maps)
            for (int p = 0; p < positions; p++)
                if (map.IsInspected(p))
                {
                    double v = map.Values[p];
                    (count[p], sum[p], squares[p]) = (count[p] + 1, sum[p] + v, squares[p] + v * v);
                    magnitude += Math.Abs(v);
                }
        double all = count.Sum(), overall = sum.Sum() / all;
        (count, sum, squares) = (Around(count, height, width), Around(sum, height, width), Around(squares, height, width));
        var mean = new double[positions];
        var variance = new double[positions];
        for (int p = 0; p < positions; p++)
            if (count[p] > 0)
            {
                mean[p] = sum[p] / count[p];
                variance[p] = Math.Max(0, squares[p] / count[p] - mean[p] * mean[p]);
            }
        double within = Enumerable.Range(0, positions).Where(p => count[p] > 0).Average(p => variance[p]);
        double floor = SpreadFloor * magnitude / all + 1e-6;
        var spread = new double[positions];
        for (int p = 0; p < positions; p++)
        {
            double own = count[p] / (count[p] + PriorRows);
            mean[p] = own * mean[p] + (1 - own) * overall;
            spread[p] = Math.Sqrt(own * variance[p] + (1 - own) * within) + floor;
        }
        return Standard(maps, mean, spread);
    }

    /// <summary>A map brought to scale, [P].</summary>
    public float[] Apply(float[] map)
    {
        var scaled = new float[map.Length];
        for (int p = 0; p < map.Length; p++)
            scaled[p] = (map[p] - Mean[p]) / Spread[p];
        return scaled;
    }

    // Folds the mean m and deviation d of u over all patches in: (u - m) / d = (v - (mu + m s)) / (d s).
    private static MapScale Standard(IReadOnlyList<HeldBackMap> maps, double[] mean, double[] spread)
    {
        double sum = 0, squares = 0;
        long count = 0;
        foreach (var map in maps)
            for (int p = 0; p < mean.Length; p++)
                if (map.IsInspected(p))
                {
                    double u = (map.Values[p] - mean[p]) / spread[p];
                    (sum, squares, count) = (sum + u, squares + u * u, count + 1);
                }
        double m = sum / count, variance = squares / count - m * m;
        double d = variance > 1e-12 ? Math.Sqrt(variance) : 1;   // all maps equal: there is no unit to find
        return new MapScale([.. mean.Zip(spread, (mu, s) => (float)(mu + m * s))], [.. spread.Select(s => (float)(d * s))]);
    }

    // The mean over a position and its neighbours, at a border over those that there are.
    private static double[] Around(double[] values, int height, int width)
    {
        var result = new double[values.Length];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                int top = Math.Max(0, y - 1), bottom = Math.Min(height - 1, y + 1), left = Math.Max(0, x - 1), right = Math.Min(width - 1, x + 1);
                double sum = 0;
                for (int v = top; v <= bottom; v++)
                    for (int u = left; u <= right; u++)
                        sum += values[v * width + u];
                result[y * width + x] = sum / ((bottom - top + 1) * (right - left + 1));
            }
        return result;
    }
}
