using DxmiMlNet.Columns;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Features.Tiles;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Features.PatchFeatureTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Features.PatchFeatureTransformer.LoaderSignature)]

namespace DxmiMlNet.Features;

/// <summary>
/// Adds the patch features of an image, [H, W, C]: made by <see cref="PatchFeatureEstimator"/>. The backbone is inside, so a saved model needs no other file.
/// A view reads ahead in batches, and image by image where there are tiles; <c>PredictionEngine</c> goes row by row, with the same values. May be used
/// by any number of threads at once.
/// </summary>
public sealed class PatchFeatureTransformer : InspectionTransformer
{
    internal const string LoaderSignature = "DxmiPatchFeatures";
    internal static readonly LoaderInfo Loader = new("DXPATCHF", LoaderSignature, 1, typeof(PatchFeatureTransformer));

    private readonly PatchFeatureModel _model;
    private readonly string _outputColumnName;
    private readonly string _imageColumnName;
    private readonly int _batchSize;
    private readonly BatchModel _rowModel;

    internal PatchFeatureTransformer(IHostEnvironment env, PatchFeatureModel model, string outputColumnName, string imageColumnName, int batchSize)
        : base(env, nameof(PatchFeatureTransformer))
    {
        _model = model;
        _outputColumnName = outputColumnName;
        _imageColumnName = imageColumnName;
        _batchSize = batchSize;
        _rowModel = new BatchModel(this);
    }

    /// <summary>The backbone: its taps, preprocessing and licence. The model file that it names is not needed any more.</summary>
    public BackboneDescription Description => _model.Description;

    /// <summary>Height in pixels that images are resized to.</summary>
    public int ImageHeight => _model.Height;

    /// <summary>Width in pixels that images are resized to.</summary>
    public int ImageWidth => _model.Width;

    /// <summary>Height and width in pixels of the tiles that the resized image is cut into; 0 where the backbone takes the whole image.</summary>
    public int TileSize => _model.Tiles?.Size ?? 0;

    /// <summary>Fewest pixels that neighbouring tiles share; 0 without tiles.</summary>
    public int TileOverlap => _model.Tiles?.Overlap ?? 0;

    /// <summary>Rows and columns of patches, and values a patch: the shape of the output column.</summary>
    public (int Height, int Width, int Channels) Grid => _model.Grid;

    /// <summary>Image pixels a step of each tap, in the order of the taps; the grid has the smallest.</summary>
    public IReadOnlyList<int> Strides => [.. Description.Taps.Select(t => t.Stride)];

    /// <summary>
    /// The tapped backbone, an ONNX model: the description's input [N, 3, ImageHeight, ImageWidth], one output [N, H, W, C]; of the tiles' size where
    /// there are tiles.
    /// </summary>
    internal byte[] Model => _model.Model;

    /// <summary>How an image is cut for the network; null where it is not.</summary>
    internal TileGrid? Tiles => _model.Tiles;

    /// <summary>Rows and columns of patches of a tile, or of the image where it is not cut, and values a patch.</summary>
    internal (int Height, int Width, int Channels) TilePatches => _model.TilePatches;

    private protected override IRowModel RowModel => _rowModel;
    private protected override LoaderInfo LoaderInfo => Loader;

    /// <inheritdoc/>
    // With tiles several images at once would need more memory and save no time.
    public override IDataView Transform(IDataView input)
        => _batchSize == 1 || _model.Tiles is not null
            ? base.Transform(input)
            : new BatchedRowDataView(input, new RowBinding(input.Schema, _rowModel), _rowModel);

    /// <summary>Room for some images of one thread.</summary>
    internal PatchFeatureBatch CreateBatch(int capacity) => new(_model, capacity);

    /// <summary>Fills an image's part of the backbone's input, [3, ImageHeight, ImageWidth].</summary>
    /// <exception cref="DxmiException">The image is smaller than a patch.</exception>
    internal void Preprocess(PixelFrame image, Span<float> destination) => _model.Preprocess(image, destination);

    /// <summary>The error of features that are NaN or infinite.</summary>
    internal DxmiException NotFinite() => _model.NotFinite();

    /// <summary>The features of some images, without a data view.</summary>
    /// <param name="images">Images of any sizes; they stay the caller's.</param>
    /// <returns>[n, H, W, C], row major.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="images"/> is null.</exception>
    /// <exception cref="DxmiException">An image is null or smaller than a patch, or its features are no finite numbers.</exception>
    public float[] Extract(IReadOnlyList<MLImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var result = new float[images.Count * _model.OutputLength];
        var batch = new PatchFeatureBatch(_model, _model.Tiles is null ? Math.Clamp(images.Count, 1, _batchSize) : 1);
        for (int start = 0; start < images.Count; start += batch.Capacity)
        {
            int count = Math.Min(batch.Capacity, images.Count - start);
            for (int slot = 0; slot < count; slot++)
                batch.Read(slot, images[start + slot]);
            batch.Compute(count);
            for (int slot = 0; slot < count; slot++)
                batch.Features(slot).CopyTo(result.AsSpan((start + slot) * _model.OutputLength));
        }
        return result;
    }

    // binary format (after the bridge's version number)
    // string: output column name
    // string: image column name
    // int: batch size
    // int, int: image height, image width
    // int, int: tile size (0 for none), tile overlap
    // int: values a patch; int: number of taps, and an int a tap: values a patch has of it
    // int: length of the description; bytes: the description, JSON
    // int: length of the model; bytes: the tapped backbone, ONNX
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(_outputColumnName);
        writer.Write(_imageColumnName);
        writer.Write(_batchSize);
        writer.Write(ImageHeight);
        writer.Write(ImageWidth);
        writer.Write(TileSize);
        writer.Write(TileOverlap);
        writer.Write(Grid.Channels);
        writer.Write(_model.TapChannels.Count);
        foreach (int count in _model.TapChannels)
            writer.Write(count);
        var description = Description.ToJson();
        writer.WriteByteArray(description);
        writer.WriteByteArray(_model.Model);
    }

    private static PatchFeatureTransformer Read(IHostEnvironment env, BinaryReader reader)
    {
        var outputColumnName = reader.ReadString();
        var imageColumnName = reader.ReadString();
        int batchSize = Positive(reader.ReadInt32());
        int height = Positive(reader.ReadInt32()), width = Positive(reader.ReadInt32());
        int tileSize = reader.ReadInt32(), tileOverlap = reader.ReadInt32();
        int channels = Positive(reader.ReadInt32());
        var tapChannels = Enumerable.Range(0, Positive(reader.ReadInt32())).Select(_ => Positive(reader.ReadInt32())).ToArray();
        if (tapChannels.Sum() != channels)
            throw new FormatException($"The taps have {tapChannels.Sum()} values a patch, the features {channels}.");
        var description = BackboneDescription.Parse(reader.ReadByteArray(), "The backbone description in the model");
        var model = reader.ReadByteArray();
        var tiles = TileGrid.Of(description, height, width, tileSize, tileOverlap);
        return new PatchFeatureTransformer(env, new PatchFeatureModel(model, description, height, width, tapChannels, tiles), outputColumnName,
            imageColumnName, batchSize);

        static int Positive(int value) => value > 0 ? value : throw new FormatException($"{value} stands where a number above 0 should.");
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader => Read(env, reader));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _model.Dispose();
        base.Dispose(disposing);
    }

    private sealed class BatchModel(PatchFeatureTransformer owner) : IBatchModel
    {
        public int BatchSize => owner._batchSize;

        public DataViewSchema.Column[] BindInputs(DataViewSchema inputSchema)
            => [InputColumns.Require(inputSchema, owner._imageColumnName, PatchFeatureEstimator.ExpectedImage, type => type is ImageDataViewType)];

        public DataViewSchema.DetachedColumn[] Outputs(DataViewSchema inputSchema)
        {
            var (height, width, channels) = owner.Grid;
            return [new(owner._outputColumnName, new VectorDataViewType(NumberDataViewType.Single, height, width, channels), null)];
        }

        public IRowBatch CreateBatch(DataViewRow input, int capacity)
            => new RowBatch(new PatchFeatureBatch(owner._model, capacity), input.GetGetter<MLImage>(input.Schema[owner._imageColumnName]));
    }

    private sealed class RowBatch(PatchFeatureBatch batch, ValueGetter<MLImage> image) : IRowBatch
    {
        private MLImage _image = null!;   // the same local for every row: its producer reuses or disposes it, never we

        public void Read(int slot)
        {
            image(ref _image);
            batch.Read(slot, _image);
        }

        public void Compute(int count) => batch.Compute(count);

        public Delegate[] CreateGetters(Func<int> slot)
        {
            ValueGetter<VBuffer<float>> features = (ref VBuffer<float> value) =>
            {
                var source = batch.Features(slot());
                var editor = VBufferEditor.Create(ref value, source.Length);
                source.CopyTo(editor.Values);
                value = editor.Commit();
            };
            return [features];
        }
    }
}
