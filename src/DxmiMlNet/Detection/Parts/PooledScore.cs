namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// The score of a map from several pooled statistics: t_j is the mean of its c_j highest patches less the map's own level, the score the mean over j of
/// (t_j - m_j) / d_j. Small defects want the maximum, large ones a mean; each in units of what held-back good rows show, they can be averaged. The level is the
/// mean of all patches, each brought into the range that is usual on good rows: what lifts a whole part a little, as light or another batch does, is no
/// defect, and what lifts it beyond that range still counts.
/// </summary>
/// <param name="Counts">c_j, 1 or more.</param>
/// <param name="Mean">m_j.</param>
/// <param name="Spread">d_j, above 0.</param>
/// <param name="Usual">The range that values are brought into for the level.</param>
internal sealed record PooledScore(int[] Counts, float[] Mean, float[] Spread, (float From, float To) Usual)
{
    /// <summary>Shares of the highest patches that are pooled.</summary>
    public static readonly double[] UsualShares = [0.001, 0.003, 0.01, 0.03];

    // Half the width of the usual range in deviations of a patch.
    private const double UsualDeviations = 2;

    /// <param name="maps">Held-back maps, one or more.</param>
    /// <param name="shares">Shares of the inspected patches that are pooled, above 0 to 1; at least one patch.</param>
    public static PooledScore Of(IReadOnlyList<HeldBackMap> maps, IReadOnlyList<double> shares)
    {
        var usual = UsualRange(maps);
        double inspected = maps.Average(map => Enumerable.Range(0, map.Values.Length).Count(map.IsInspected));
        // Shares of small grids may come to the same number of patches; once is enough.
        int[] counts = [.. shares.Select(share => Math.Clamp((int)Math.Round(share * inspected), 1, maps[0].Values.Length)).Distinct().Order()];
        var mean = new float[counts.Length];
        var spread = new float[counts.Length];
        for (int j = 0; j < counts.Length; j++)
        {
            double[] pooled = [.. maps.Select(map => (double)Highest(map, counts[j]) - Level(map, usual))];
            double m = pooled.Average(), variance = pooled.Average(t => (t - m) * (t - m));
            mean[j] = (float)m;
            spread[j] = variance > 1e-12 ? (float)Math.Sqrt(variance) : 1;   // one row, or all alike: no unit to find
        }
        return new PooledScore(counts, mean, spread, usual);
    }

    /// <summary>The score of a map.</summary>
    public float Score(HeldBackMap map) => Counts.Index().Average(c => (Highest(map, c.Item) - Level(map, Usual) - Mean[c.Index]) / Spread[c.Index]);

    // Mean and deviation of all inspected patches.
    private static (float From, float To) UsualRange(IReadOnlyList<HeldBackMap> maps)
    {
        double[] values = [.. maps.SelectMany(Inspected).Select(v => (double)v)];
        double mean = values.Average(), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return ((float)(mean - UsualDeviations * deviation), (float)(mean + UsualDeviations * deviation));
    }

    private static float Level(HeldBackMap map, (float From, float To) usual) => Inspected(map).Average(v => Math.Clamp(v, usual.From, usual.To));

    // The mean of the highest inspected patches.
    private static float Highest(HeldBackMap map, int count) => Inspected(map).OrderDescending().Take(count).Average();

    private static IEnumerable<float> Inspected(HeldBackMap map) => map.Values.Where((_, p) => map.IsInspected(p));
}
