using DxmiMlNet;
using DxmiMlNet.Detection.Dxmi.Sampling;
using DxmiMlNet.Persistence;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The sampler of a fitted DxMI detector as a source of data and as pipeline stages.</summary>
public static class GenerationCatalog
{
    /// <summary>Draws samples of what a DxMI detector learned to be normal; a row is made when it is read.</summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="model">A fitted Dxmi detector, or a chain with one.</param>
    /// <param name="count">Number of samples, 0 or more.</param>
    /// <param name="seed">Decides all of them: the same seed gives the same rows, however they are read. Null for the context's.</param>
    /// <param name="steps">Generation steps T, 1 or more, for a detector that was trained with AnyStep on: fewer are faster, more are nearer to the good parts. Null for the detector's own.</param>
    /// <param name="columnName">
    /// Name of the column, of the type of the features that the detector was fitted on: a vector of C values, or grids [H, W, C] whose patches are drawn one by one.
    /// </param>
    /// <exception cref="DxmiException">The model has no sampler, or its sampler was trained for another number of steps alone.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative, or the number of steps is below 1.</exception>
    public static IDataView SampleDxmi(this DataOperationsCatalog catalog, ITransformer model, long count, int? seed = null, int? steps = null, string columnName = "Sample")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        var host = MlNetBridge.Environment(catalog).Register(nameof(SampleDxmi));
        return new SampleView(DxmiSampler.Of(model).InSteps(steps), count, seed ?? host.Rand.Next(), columnName);
    }

    /// <summary>Turns a column of noise into samples of what a DxMI detector learned to be normal.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="model">A fitted Dxmi detector, or a chain with one.</param>
    /// <param name="outputColumnName">Name of the column to add, of the type of the features that the detector was fitted on.</param>
    /// <param name="noiseColumnName">Standard normal values, Vector of Single [H, W, T + 1, K] (<see cref="DxmiSampler.NoiseLength"/> values).</param>
    /// <exception cref="DxmiException">The model has no sampler.</exception>
    public static SampleDxmiEstimator SampleDxmi(this TransformsCatalog catalog, ITransformer model, string outputColumnName = "Sample", string noiseColumnName = "Noise")
        => catalog.SampleDxmi(model, new SampleDxmiEstimator.Options { OutputColumnName = outputColumnName, NoiseColumnName = noiseColumnName });

    /// <summary>Turns a column of noise into samples of what a DxMI detector learned to be normal.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="model">A fitted Dxmi detector, or a chain with one.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="DxmiException">The model has no sampler.</exception>
    public static SampleDxmiEstimator SampleDxmi(this TransformsCatalog catalog, ITransformer model, SampleDxmiEstimator.Options options)
        => new(MlNetBridge.Environment(catalog), model, options);

    /// <summary>Finds for every patch the nearest normal features and their distance, a second anomaly map.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="model">A fitted Dxmi detector, or a chain with one.</param>
    /// <param name="outputColumnName">Name of the column of the nearest normal features, of the type of the features; its map is another column, see the options.</param>
    /// <param name="featureColumnName">Feature grids of the detector's size, Vector of Single [H, W, C], or plain vectors.</param>
    /// <param name="start">How far along its steps the sampler starts, 0 to below 1: earlier forgets more of the patch.</param>
    /// <param name="steps">Generation steps T, 1 or more, for a detector that was trained with AnyStep on; null for the detector's own.</param>
    /// <exception cref="DxmiException">The model has no sampler, or its sampler was trained for another number of steps alone.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The start or the number of steps is out of range.</exception>
    public static NearestNormalEstimator NearestNormal(this TransformsCatalog catalog, ITransformer model, string outputColumnName = "NearestNormal",
        string featureColumnName = "Features", double start = 0.4, int? steps = null)
        => catalog.NearestNormal(model, new NearestNormalEstimator.Options { NearestColumnName = outputColumnName, FeatureColumnName = featureColumnName, Start = start, Steps = steps });

    /// <summary>Finds for every patch the nearest normal features and their distance, with all settings.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="model">A fitted Dxmi detector, or a chain with one.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="DxmiException">The model has no sampler.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public static NearestNormalEstimator NearestNormal(this TransformsCatalog catalog, ITransformer model, NearestNormalEstimator.Options options)
        => new(MlNetBridge.Environment(catalog), model, options);
}
