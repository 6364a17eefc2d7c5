using DxmiMlNet.Detection.Parts;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>Standard normal values that depend on nothing but a seed and the number of a row: rows can be read in any order, on any machine.</summary>
internal static class GaussianNoise
{
    /// <summary>Fills an array with independent values (Box and Muller 1958).</summary>
    public static void Fill(Span<float> values, int seed, long row)
    {
        var random = new Random(Seeds.Mix(seed, row));
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())), angle = 2 * Math.PI * random.NextDouble();
            values[i] = (float)(radius * Math.Cos(angle));
            if (i + 1 < values.Length)
                values[i + 1] = (float)(radius * Math.Sin(angle));
        }
    }
}
