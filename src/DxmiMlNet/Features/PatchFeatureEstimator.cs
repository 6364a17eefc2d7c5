using DxmiMlNet.Columns;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Features.Tiles;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Features;

/// <summary>Describes the patches of an image by the inner tensors of a pretrained network.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | <xref:Microsoft.ML.Data.MLImage>, any size |
/// | Output column data type | Known-sized vector of <xref:System.Single>, H x W x C |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet |
/// | Exportable to ONNX | Yes, with a detector behind it: `mlContext.Model.ConvertToOnnx(chain, path)` |
///
/// The image is resized (antialiased triangle filter, as PIL's bilinear), x = (byte * scale - mean) / std goes through the backbone, and every tap
/// (a tensor at some stride) is averaged over 3 x 3 neighbours and brought to one grid, which is the finest tap's where the description names no
/// other; the taps' channels follow each other: PatchCore's locally aware patch features (Roth et al. 2022, section 3.1). With a grid stride of 8
/// and a 224 x 224 image, H = W = 28.
///
/// Small defects need large images. With a tile size the resized image is cut into overlapping tiles, the backbone runs on one after the other,
/// and the network's memory no longer grows with the image. The shape of the result stays the same. A patch is taken from the tile in whose inside it
/// lies deepest, half an overlap from its border or more: this is nearer to the whole image at once than blending the tiles' patches, which lets
/// those at the very border in. `TileOverlap` says how near.
/// ]]></format>
/// </remarks>
public sealed class PatchFeatureEstimator : IEstimator<PatchFeatureTransformer>
{
    internal const string ExpectedImage = "an image (MLImage)";

    /// <summary>
    /// With the backbone inside the package the smallest overlap at which patches differ no more across a seam than elsewhere, on a smooth and on a
    /// textured picture. At 64 they differ 2 to 4 times as much.
    /// </summary>
    public const int DefaultTileOverlap = 160;

    private readonly IHost _host;
    private readonly Options _options;
    private readonly BackboneDescription _backbone;
    private readonly int _height;
    private readonly int _width;
    private readonly TileGrid? _tiles;

    /// <summary>Settings of <see cref="PatchFeatureEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The backbone; null takes the one inside the package, <see cref="BackboneDescription.Embedded"/>.</summary>
        public BackboneDescription? Backbone;

        /// <summary>Name of the column to add, Vector&lt;Single, H, W, C&gt;.</summary>
        public string OutputColumnName = "Features";

        /// <summary>Name of the image column.</summary>
        public string ImageColumnName = "Image";

        /// <summary>Height in pixels that images are resized to: 32 or more, a multiple of the coarsest stride; 0 takes the backbone's default.</summary>
        public int ImageHeight;

        /// <summary>Width in pixels that images are resized to: 32 or more, a multiple of the coarsest stride; 0 takes the backbone's default.</summary>
        public int ImageWidth;

        /// <summary>
        /// How many images a view reads ahead and computes together, 1 or more; tiles are computed one after the other, whatever it is. It bounds the
        /// memory and does not change the values.
        /// </summary>
        public int BatchSize = 8;

        /// <summary>
        /// Height and width in pixels of the tiles that the resized image is cut into: 32 or more, a multiple of all strides; 0 takes the whole
        /// image at once.
        /// </summary>
        public int TileSize;

        /// <summary>
        /// Fewest pixels that neighbouring tiles share, from 0 to the tile size less the least common multiple of all strides; of no meaning without tiles.
        /// Patches half of it or more away from a tile's border are used; what they see beyond the border is the zeros that the backbone pads with. With the backbone
        /// inside the package the largest difference to the whole image at once is about 0.4 of the mean distance between neighbouring patches at 160,
        /// 0.1 at 192, 0.01 at 224 (mean: 0.03, 0.006, 0.0004). Tiles twice as large as the overlap or larger keep the extra work small.
        /// </summary>
        public int TileOverlap = DefaultTileOverlap;
    }

    internal PatchFeatureEstimator(IHostEnvironment env, Options options)
    {
        MlNetBridge.Register(env, GetType());
        _host = env.Register(nameof(PatchFeatureEstimator));
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(options.ImageColumnName);
        _options = options;
        _backbone = options.Backbone ?? BackboneDescription.Embedded;
        _backbone.Check($"The description of backbone '{_backbone.Name}'");
        _height = ImageSide(options.ImageHeight, nameof(options.ImageHeight));
        _width = ImageSide(options.ImageWidth, nameof(options.ImageWidth));
        if (options.BatchSize < 1)
            throw new ArgumentOutOfRangeException(nameof(options.BatchSize), $"The batch size is {options.BatchSize}. 1 or more was expected. 8 is a good choice.");
        _tiles = TileGrid.Of(_backbone, _height, _width, options.TileSize, options.TileOverlap);
    }

    /// <summary>Builds the tapped backbone and runs it once on zeros. The data is not read, only its schema.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <returns>The transformer, which holds the backbone.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or no image.</exception>
    /// <exception cref="DxmiException">The model file is missing or no ONNX model, has no such tap, or does not run at this image size.</exception>
    public PatchFeatureTransformer Fit(IDataView input)
    {
        InputColumns.Require(input.Schema, _options.ImageColumnName, ExpectedImage, type => type is ImageDataViewType);
        using var channel = _host.Start("Fit");
        var model = PatchFeatureModel.Build(_backbone, _height, _width, _options.BatchSize, _tiles);
        channel.Info(MessageSensitivity.None, "Backbone {0}: {1} x {2} pixels to {3} x {4} patches of {5} values.",
            _backbone.Name, _height, _width, model.Grid.Height, model.Grid.Width, model.Grid.Channels);
        if (_tiles is { } tiles)
            channel.Info(MessageSensitivity.None, "{0} x {1} tiles of {2} x {3} pixels an image.",
                tiles.Rows.Count, tiles.Columns.Count, tiles.Rows.Tile, tiles.Columns.Tile);
        return new PatchFeatureTransformer(_host, model, _options.OutputColumnName, _options.ImageColumnName, _options.BatchSize);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or no image.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumns.Require(inputSchema, _options.ImageColumnName, ExpectedImage,
            c => c.Kind == SchemaShape.Column.VectorKind.Scalar && c.ItemType is ImageDataViewType);
        // A promise says vector of Single; the number of channels shows when the backbone runs.
        var features = new VectorDataViewType(NumberDataViewType.Single, _backbone.GridSide(_height), _backbone.GridSide(_width), 1);
        return SchemaShapes.With(inputSchema, new DataViewSchema.DetachedColumn(_options.OutputColumnName, features));
    }

    private int ImageSide(int asked, string name)
    {
        int side = asked == 0 ? _backbone.DefaultImageSize : asked;
        int stride = _backbone.CoarsestStride;
        if (side >= BackboneDescription.SmallestImageSize && side % stride == 0)
            return side;
        int near = Math.Max((BackboneDescription.SmallestImageSize + stride - 1) / stride, (side + stride / 2) / stride) * stride;
        throw new ArgumentOutOfRangeException(name, $"The image size {side} does not suit backbone '{_backbone.Name}'. " +
            $"{BackboneDescription.SmallestImageSize} or more and a multiple of the coarsest stride {stride} was expected. Take {near}.");
    }
}
