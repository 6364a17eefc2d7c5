using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Support;

/// <summary>A few generated feature grids, [3, 4, 6], whose patches vary about a mean that differs by position.</summary>
internal class FeatureGrid
{
    public const int Height = 3, Width = 4, Positions = Height * Width, Channels = 6;

    [VectorType(Height, Width, Channels)] public float[] Features { get; set; } = [];
    public float Label { get; set; }

    /// <summary>The values of one patch.</summary>
    public double[] Patch(int position) => [.. Features.Skip(position * Channels).Take(Channels).Select(v => (double)v)];

    public static FeatureGrid[] Make(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new FeatureGrid
        {
            Features = [.. Enumerable.Range(0, Positions * Channels).Select(i => i / Channels + 2 * random.NextSingle())],
        })];
    }

    /// <summary>The same parts with one patch that none of them has.</summary>
    public static FeatureGrid[] MakeAnomalous(int count, int seed, int position)
    {
        var grids = Make(count, seed);
        foreach (var grid in grids)
        {
            grid.Label = 1;
            grid.Features[position * Channels] += 20;
            grid.Features[position * Channels + 3] -= 20;
        }
        return grids;
    }

    /// <summary>Something no detector can be fitted on.</summary>
    public static IDataView Invalid(MLContext ml) => ml.Data.LoadFromEnumerable(new[] { new { Features = "text" } });
}

/// <summary>What a detector says of a grid.</summary>
internal sealed class GridPrediction
{
    public float Score { get; set; }
    public float[] AnomalyMap { get; set; } = [];
}
