using DxmiMlNet;
using DxmiMlNet.Export;

namespace Microsoft.ML;

/// <summary>Adds the export of inspection chains to <c>mlContext.Model</c>.</summary>
public static class OnnxExportCatalog
{
    /// <summary>
    /// Writes a fitted chain of ExtractPatchFeatures, a detector and, where they are there, IgnoreRegions and CalibrateAnomalyScore as one ONNX file, from decoded
    /// pixels to score, p-value, verdict and map. It is compared with the chain first; a file that scores differently is not written.
    /// </summary>
    /// <param name="catalog">The catalog of model operations.</param>
    /// <param name="transformer">The fitted chain, or one that holds it.</param>
    /// <param name="path">The file; an existing one is replaced, a missing folder is made.</param>
    /// <param name="options">How to export; null for the defaults.</param>
    /// <returns>What was written, and how near it is.</returns>
    /// <exception cref="DxmiException">The chain lacks features or a detector, has another stage that changes the score, or the file cannot be written.</exception>
    public static OnnxExportReport ConvertToOnnx(this ModelOperationsCatalog catalog, ITransformer transformer, string path, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return OnnxExport.Write(path, ExportedStages.Of(transformer, "The chain"), ExportedCard.Details(transformer), options ?? new OnnxExportOptions());
    }

    /// <inheritdoc cref="ConvertToOnnx(ModelOperationsCatalog, ITransformer, string, OnnxExportOptions?)"/>
    /// <param name="catalog">The catalog of model operations.</param>
    /// <param name="transformer">The fitted chain, or one that holds it.</param>
    /// <param name="stream">Where to write; it stays open.</param>
    /// <param name="options">How to export; null for the defaults.</param>
    public static OnnxExportReport ConvertToOnnx(this ModelOperationsCatalog catalog, ITransformer transformer, Stream stream, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(stream);
        return OnnxExport.Write(stream, ExportedStages.Of(transformer, "The chain"), ExportedCard.Details(transformer), options ?? new OnnxExportOptions());
    }
}
