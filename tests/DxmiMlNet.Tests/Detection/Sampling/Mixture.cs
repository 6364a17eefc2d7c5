using DxmiMlNet.Detection;
using DxmiMlNet.Detection.Dxmi;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Detection.Sampling;

/// <summary>Sensor readings from two clusters, correlated and of different scales, and detectors fitted on them.</summary>
internal sealed class Mixture
{
    public const int Dimension = 3;

    [VectorType(Dimension)] public float[] Features { get; set; } = [];

    /// <summary>Half the rows about (9, 1, 0), half about (11, -1, 0); the second and third values go together.</summary>
    public static Mixture[] Make(int count, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            double side = i % 2 == 0 ? 1 : -1, common = Normal();
            return new Mixture { Features = [(float)(10 + side + 0.3 * Normal()), (float)(-side + 0.4 * common), (float)(20 * (common + 0.3 * Normal()))] };
        })];
    }

    /// <summary>A detector fitted on 2000 rows, long enough for its sampler to know them.</summary>
    public static GraphAnomalyTransformer Fit(MLContext ml, Action<DxmiAnomalyTrainer.Options>? change = null)
    {
        var options = new DxmiAnomalyTrainer.Options
        {
            HiddenSizes = [64, 64],
            CoverageShare = 0,
            EnergyPretrainingIterations = 200,
            SamplerPretrainingIterations = 1500,
            Iterations = 200,
            Tau = 0.3,
            PartwayShare = 0.5,
            Seed = 1,
        };
        change?.Invoke(options);
        return ml.AnomalyDetection.Trainers.Dxmi(options).Fit(ml.Data.LoadFromEnumerable(Make(2000, 1)));
    }
}
