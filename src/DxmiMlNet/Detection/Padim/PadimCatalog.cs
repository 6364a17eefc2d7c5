using DxmiMlNet.Detection.Padim;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>PaDiM among ML.NET's anomaly detection trainers.</summary>
public static class PadimCatalog
{
    /// <summary>Creates a <see cref="PadimTrainer"/>, which learns a Gaussian a position from good rows.</summary>
    /// <param name="catalog">The trainer catalog.</param>
    /// <param name="featureColumnName">Feature grids, Vector of Single [H, W, C], or plain vectors.</param>
    /// <param name="channels">Channels that are drawn at random, 1 or more.</param>
    /// <param name="seed">Seed; null for the context's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of channels is out of range.</exception>
    public static PadimTrainer Padim(this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog,
        string featureColumnName = "Features", int channels = 100, int? seed = null)
        => catalog.Padim(new PadimTrainer.Options { FeatureColumnName = featureColumnName, Channels = channels, Seed = seed });

    /// <summary>Creates a <see cref="PadimTrainer"/> with all its settings.</summary>
    /// <param name="catalog">The trainer catalog.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public static PadimTrainer Padim(this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, PadimTrainer.Options options)
        => new(MlNetBridge.Environment(catalog), options);
}
