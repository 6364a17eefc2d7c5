using DxmiMlNet.Detection.PatchCore;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>PatchCore among ML.NET's anomaly detection trainers.</summary>
public static class PatchCoreCatalog
{
    /// <summary>Creates a <see cref="PatchCoreTrainer"/>, which memorises patches of good rows.</summary>
    /// <param name="catalog">The trainer catalog.</param>
    /// <param name="featureColumnName">Feature grids, Vector of Single [H, W, C], or plain vectors.</param>
    /// <param name="coresetShare">Share of all patches that is memorised, above 0 to 1.</param>
    /// <param name="seed">Seed; null for the context's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    public static PatchCoreTrainer PatchCore(this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog,
        string featureColumnName = "Features", double coresetShare = 0.1, int? seed = null)
        => catalog.PatchCore(new PatchCoreTrainer.Options { FeatureColumnName = featureColumnName, CoresetShare = coresetShare, Seed = seed });

    /// <summary>Creates a <see cref="PatchCoreTrainer"/> with all its settings.</summary>
    /// <param name="catalog">The trainer catalog.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public static PatchCoreTrainer PatchCore(this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, PatchCoreTrainer.Options options)
        => new(MlNetBridge.Environment(catalog), options);
}
