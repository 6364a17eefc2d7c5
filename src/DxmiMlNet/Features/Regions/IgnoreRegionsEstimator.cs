using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Features.Regions;

/// <summary>Marks the patches of an image that are neither trained on nor scored: clamps, stamped numbers, a background.</summary>
/// <remarks>
/// <para>
/// One mask or region of interest for all images, scaled to each, becomes part of the model. Beside it every image may have a mask of its own, whose path
/// stands in a column. Not black is marked; in a JPEG, at least half bright. A patch is ignored when at least half of its cell is masked; the receptive
/// fields of its inspected neighbours may still reach into it.
/// </para>
/// <para>
/// Stands between <c>ExtractPatchFeatures</c> and a trainer. The stages behind it look for its column by themselves: ignored patches train no detector,
/// are left out of the pooled score, have the lowest value of the inspected patches in <c>AnomalyMap</c> and 1 in <c>PValueMap</c>, stay clear in
/// overlays, have no regions, and do not count in pixel metrics. An image of which nothing is left is an error of that image.
/// </para>
/// </remarks>
public sealed class IgnoreRegionsEstimator : IEstimator<IgnoreRegionsTransformer>
{
    /// <summary>Settings of <see cref="IgnoreRegionsEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>An image whose marked pixels are ignored on all images; null for none.</summary>
        public string? MaskPath;

        /// <summary>An image outside of whose marked pixels all images are ignored; null for none.</summary>
        public string? RoiPath;

        /// <summary>
        /// Input, used when the data has it: the path of a mask of the image's own, Text; empty where it has none. Null: do not look.
        /// </summary>
        public string? MaskPathColumnName = IgnoreRegionsTransformer.DefaultMaskPathName;

        /// <summary>Input: feature grids, Vector of Single [H, W, C]. Only its type is looked at.</summary>
        public string FeatureColumnName = "Features";

        /// <summary>Output: which patches are ignored, Vector of Boolean [H, W].</summary>
        public string OutputColumnName = IgnoredColumn.DefaultName;
    }

    private readonly IHost _host;
    private readonly Options _options;

    internal IgnoreRegionsEstimator(IHostEnvironment env, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName);
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName);
        _host = env.Register(nameof(IgnoreRegionsEstimator));
        _options = options;
        MlNetBridge.Register(env, GetType());
    }

    /// <summary>The column that the fitted transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature or mask path column is missing or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumns.Require(inputSchema, _options.FeatureColumnName, IgnoreRegionsTransformer.ExpectedFeatures, InputColumns.IsKnownSizeVector);
        if (_options.MaskPathColumnName is { } name && inputSchema.Any(c => c.Name == name))
            InputColumns.Require(inputSchema, name, IgnoreRegionsTransformer.ExpectedPath, c => InputColumns.IsScalar(c, TextDataViewType.Instance));
        return SchemaShapes.With(inputSchema, IgnoreRegionsTransformer.OutputColumn(_options.OutputColumnName, 1, 1));
    }

    /// <summary>Reads the masks of all images and brings them to the grid of the features. The data is not read, only its schema.</summary>
    /// <param name="input">Data with the feature column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    /// <exception cref="DxmiException">A mask cannot be read, or leaves nothing to inspect.</exception>
    public IgnoreRegionsTransformer Fit(IDataView input)
    {
        using var channel = _host.Start("Fit");
        var column = InputColumns.Require(input.Schema, _options.FeatureColumnName, IgnoreRegionsTransformer.ExpectedFeatures, InputColumns.IsKnownSizeVector);
        var (height, width, _) = InputColumns.Grid(column);
        var mask = PatchMask.Read(height, width, _options.MaskPath, _options.RoiPath);
        channel.Info(MessageSensitivity.None, "{0} of {1} patches are ignored on every image.", mask.Ignored.Count(i => i), mask.Ignored.Length);
        var transformer = new IgnoreRegionsTransformer(_host, mask, _options.MaskPathColumnName, _options.OutputColumnName);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }
}
