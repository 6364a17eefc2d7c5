using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>DxMI among ML.NET's anomaly detection trainers.</summary>
public static class DxmiCatalog
{
    /// <summary>Creates a <see cref="DxmiAnomalyTrainer"/>, which learns from good rows what is normal.</summary>
    /// <param name="catalog">The trainer catalog.</param>
    /// <param name="featureColumnName">Feature grids, Vector of Single [H, W, C], or plain vectors.</param>
    /// <param name="iterations">Iterations of DxMI.</param>
    /// <param name="seed">Seed; null for the context's.</param>
    public static DxmiAnomalyTrainer Dxmi(this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog,
        string featureColumnName = "Features", int iterations = 500, int? seed = null)
        => catalog.Dxmi(new DxmiAnomalyTrainer.Options { FeatureColumnName = featureColumnName, Iterations = iterations, Seed = seed });

    /// <summary>Creates a <see cref="DxmiAnomalyTrainer"/> with all its settings.</summary>
    /// <param name="catalog">The trainer catalog.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public static DxmiAnomalyTrainer Dxmi(this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, DxmiAnomalyTrainer.Options options)
        => new(MlNetBridge.Environment(catalog), options);
}
