using DxmiMlNet.Columns;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Features.Tiles;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Images;
using DxmiMlNet.Onnx;
using DxmiMlNet.Pipeline;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Features;

/// <summary>
/// Images to patch features: preprocessing and the tapped backbone, of images or of tiles, in one ONNX Runtime session. Any number of threads may
/// use one.
/// </summary>
internal sealed class PatchFeatureModel : IDisposable
{
    private readonly OnnxSession _session;
    private readonly ImagePreprocessor _preprocessor;
    private readonly int _smallestSide;

    /// <param name="model">The tapped backbone.</param>
    /// <param name="description">The backbone that it came from.</param>
    /// <param name="height">Image height in pixels.</param>
    /// <param name="width">Image width in pixels.</param>
    /// <param name="tapChannels">Values a patch has of each tap.</param>
    /// <param name="tiles">The tiles that the model is made for; null where it is made for the whole image.</param>
    public PatchFeatureModel(byte[] model, BackboneDescription description, int height, int width, IReadOnlyList<int> tapChannels, TileGrid? tiles)
        : this(new OnnxSession(model, Text(description)), description, height, width, tapChannels, tiles)
    {
    }

    private PatchFeatureModel(OnnxSession session, BackboneDescription description, int height, int width, IReadOnlyList<int> tapChannels, TileGrid? tiles)
    {
        int channels = tapChannels.Sum();
        TapChannels = tapChannels;
        _session = session;
        Description = description;
        Tiles = tiles;
        Grid = (description.GridSide(height), description.GridSide(width), channels);
        var tile = TileSides(tiles, height, width);
        TileInputLength = 3 * tile.Height * tile.Width;
        TilePatches = (description.GridSide(tile.Height), description.GridSide(tile.Width), channels);
        _preprocessor = new ImagePreprocessor(height, width, description.Input);
        _smallestSide = description.PatchStride;
    }

    public BackboneDescription Description { get; }
    public int Height => _preprocessor.Height;
    public int Width => _preprocessor.Width;
    public (int Height, int Width, int Channels) Grid { get; }

    /// <summary>Values a patch has of each tap, in the order of the taps.</summary>
    public IReadOnlyList<int> TapChannels { get; }

    /// <summary>How an image is cut for the network; null where it is not.</summary>
    public TileGrid? Tiles { get; }

    /// <summary>Rows and columns of patches of a tile, or of the image where it is not cut, and values a patch.</summary>
    public (int Height, int Width, int Channels) TilePatches { get; }

    /// <summary>Values of one tile, or of the image where it is not cut.</summary>
    public int TileInputLength { get; }

    /// <summary>Values of one tile's features.</summary>
    public int TileOutputLength => TilePatches.Height * TilePatches.Width * TilePatches.Channels;

    /// <summary>The tapped backbone: [N, 3, tile height, tile width] -> [N, h, w, C].</summary>
    public byte[] Model => _session.Model;

    /// <summary>Values of one preprocessed image.</summary>
    public int InputLength => _preprocessor.Length;

    /// <summary>Values of one image's features.</summary>
    public int OutputLength => Grid.Height * Grid.Width * Grid.Channels;

    /// <summary>Cuts the backbone to its taps and runs it once on zeros, which shows what it gives.</summary>
    /// <exception cref="DxmiException">
    /// The model cannot be read, has no such tap, does not run at this size, or its grid is not the image over the stride.
    /// </exception>
    public static PatchFeatureModel Build(BackboneDescription description, int imageHeight, int imageWidth, int batchSize, TileGrid? tiles = null)
    {
        var (height, width) = TileSides(tiles, imageHeight, imageWidth);
        var what = Text(description);
        var file = new OnnxFile(description.ReadModel(), what);
        var model = file.WithTaps(what, description.Input.Name, description.Taps, (height, width),
            (description.GridSide(height), description.GridSide(width)));
        var session = new OnnxSession(model, what);
        try
        {
            // Two show whether the model takes more than one image; tiles go one by one.
            int count = tiles is null ? Math.Min(2, batchSize) : 1;
            var shape = Probe(session, description.Input.Name, [count, 3, height, width], null,
                e => DoesNotRun(description, file, count, height, width, e))[0];
            long h = description.GridSide(height), w = description.GridSide(width);
            if (shape.Length != 4 || shape[0] != count || shape[1] != h || shape[2] != w)
                throw new DxmiException($"{what} gives a grid of [{string.Join(", ", shape)}] for {count} images of {height} x {width} pixels.",
                    $"[{count}, {h}, {w}, C] was expected: the image over the stride {description.PatchStride}.", "Correct the strides of the taps.");
            return new PatchFeatureModel(session, description, imageHeight, imageWidth, ChannelsOfTaps(model, description, (int)shape[3], count, height, width), tiles);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // The joined features do not say which channels are of which tap: the taps themselves do.
    private static int[] ChannelsOfTaps(byte[] model, BackboneDescription description, int channels, int count, int height, int width)
    {
        if (description.Taps.Count == 1)
            return [channels];
        var taps = description.Taps.Select(t => t.Tensor).ToArray();
        using var session = new OnnxSession(ExtraOutputs.Add(model, taps), Text(description));
        return [.. Probe(session, description.Input.Name, [count, 3, height, width], taps, e => throw e)
            .Zip(description.Taps, (shape, tap) => (int)(tap.Tokens ? shape[2] : shape[1]))];
    }

    /// <summary>Fills one image's part of a batch.</summary>
    /// <exception cref="DxmiException">The image is smaller than a patch.</exception>
    public void Preprocess(PixelFrame image, Span<float> destination)
    {
        if (Math.Min(image.Width, image.Height) < _smallestSide)
            throw new DxmiException($"An image is {image.Width} x {image.Height} pixels (width x height).",
                $"Both sides should have {_smallestSide} pixels or more: one patch of backbone '{Description.Name}'.",
                "Leave it out, or take a larger picture.");
        _preprocessor.Fill(image, destination);
    }

    /// <summary>Runs the network on the first tiles of a batch; a tile is the image where it is not cut.</summary>
    /// <param name="inputs">[count or more, 3, tile height, tile width].</param>
    /// <param name="count">How many tiles to run, 1 or more.</param>
    /// <param name="features">[count or more, h, w, C].</param>
    public void Run(float[] inputs, int count, float[] features)
    {
        var (height, width) = TileSides(Tiles, Height, Width);
        try
        {
            _session.Run((Description.Input.Name, inputs, [count, 3, height, width]),
                (_session.Session.OutputNames[0], features, [count, TilePatches.Height, TilePatches.Width, TilePatches.Channels]));
        }
        catch (OnnxRuntimeException e)
        {
            throw new DxmiException($"{Text(Description)} failed on {count} images of {height} x {width} pixels: {e.Message}",
                "It ran when the pipeline was fitted.", "Check the free memory, or ask for a smaller batch.", e);
        }
    }

    /// <summary>The error of features that are NaN or infinite.</summary>
    public DxmiException NotFinite() => new($"The backbone '{Description.Name}' gave features that are no finite numbers.",
        "Finite numbers were expected for every image.", "Check 'input' of its description (scale, mean, std), and the model's weights.");

    public void Dispose() => _session.Dispose();

    private static (int Height, int Width) TileSides(TileGrid? tiles, int height, int width)
        => tiles is null ? (height, width) : (tiles.Rows.Tile, tiles.Columns.Tile);

    private static string Text(BackboneDescription description) => $"The backbone '{description.Name}'";

    private static long[][] Probe(OnnxSession session, string input, long[] shape, IReadOnlyCollection<string>? names, Func<Exception, Exception> failed)
    {
        using var zeros = OrtValue.CreateTensorValueFromMemory(new float[shape.Aggregate((a, b) => a * b)], shape);
        using var options = new RunOptions();
        try
        {
            using var outputs = session.Session.Run(options, [input], [zeros], names ?? session.Session.OutputNames);
            return [.. outputs.Select(o => o.GetTensorTypeAndShape().Shape)];
        }
        catch (OnnxRuntimeException e)
        {
            throw failed(e);
        }
        catch (DxmiException e) when (e.InnerException is OnnxRuntimeException inner)
        {
            throw failed(inner);   // ONNX Runtime finds some misfits when it opens the model
        }
    }

    private static DxmiException DoesNotRun(BackboneDescription description, OnnxFile file, int count, int height, int width, Exception e)
    {
        var declared = file.Inputs.First(i => i.Name == description.Input.Name).ShapeText;
        var taps = string.Join(", ", description.Taps.Select(t => $"'{t.Tensor}' {height / t.Stride} x {width / t.Stride}"
            + (t.Tokens ? $", as tokens behind {t.PrefixTokens} others" : "")));
        return new DxmiException($"{Text(description)} does not run on {count} images of {height} x {width} pixels: {e.Message}",
            $"The model declares its input as {declared}; the taps should have the grids {taps}.",
            "Correct the strides, ask for the image size it was exported for, or for batches of 1, or export it again with free dimensions.", e);
    }
}
