using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Onnx;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>A model, opened for a number of threads, and every way through it that is timed.</summary>
internal sealed class TimedModel : IDisposable
{
    private const int Batch = 8;

    private static readonly InspectionSettings s_withMap = new() { Regions = false, Maps = true };

    private readonly List<IDisposable> _owned = [];
    private readonly PictureToTime[] _pictures;
    private int _next;

    /// <param name="path">The model's file.</param>
    /// <param name="threads">Threads; sessions are opened with them.</param>
    /// <param name="pictures">What is inspected.</param>
    public TimedModel(string path, int threads, PictureToTime[] pictures)
    {
        Threads = threads;
        _pictures = pictures;
        InferenceSettings.Threads = threads;
        Model = Own(InspectionModel.Load(path));
        var features = Model.Features;
        var batch = features.CreateBatch(1);
        var decoded = new PixelBuffer();
        var map = new float[Model.Detector.Grid.Height * Model.Detector.Grid.Width];
        var image = new float[3 * features.ImageHeight * features.ImageWidth];
        batch.Read(0, pictures[0].Frame);
        batch.Compute(1);
        var patches = batch.Features(0).ToArray();
        var engine = Own(new MLContext().Model.CreatePredictionEngine<Photograph, Judgement>(Model.Transformer));
        using var exported = new MemoryStream();
        Model.ExportOnnx(exported);
        var file = Own(new OnnxSession(exported.ToArray(), "The exported model"));
        var settings = s_withMap with { Parallelism = threads };
        Routes =
        [
            new("backbone", 1, Backbone(1)),
            new("backbone", Batch, Backbone(Batch)),
            new("decode", 1, () => ImageFile.Decode(Next().Encoded, "image", decoded)),
            new("resize", 1, () => features.Preprocess(Next().Frame, image)),
            new("features", 1, () => batch.Compute(1)),
            new("detection", 1, () => Model.Detector.Score(patches, map)),
            new("direct", 1, () => Direct()),
            new("direct", Batch, () => Drain(Model.Inspect(Several().Select(p => p.Source), settings))),
            new("file to verdict and regions", 1, () => Model.Inspect(InspectionSource.Encoded(Next().Encoded), s_withMap with { Regions = true }).Dispose()),
            new("PredictionEngine", 1, () => engine.Predict(new Photograph { Image = Next().Image })),
            new("exported file", 1, Exported(file, 1)),
            new("exported file", Batch, Exported(file, Batch)),
        ];
    }

    public int Threads { get; }

    public InspectionModel Model { get; }

    public IReadOnlyList<TimedRoute> Routes { get; }

    /// <summary>Decoded pixels to verdict with map.</summary>
    public void Direct()
    {
        var picture = Next();
        Model.Inspect(picture.Pixels, picture.Width, picture.Height, ImagePixelFormat.Bgra32, settings: s_withMap).Dispose();
    }

    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private PictureToTime Next() => _pictures[_next++ % _pictures.Length];

    private IEnumerable<PictureToTime> Several() => Enumerable.Range(0, Batch).Select(_ => Next());

    // The network as its author made it, cut at the taps: none of what follows them. As often as there are tiles.
    private Action Backbone(int count)
    {
        var features = Model.Features;
        string[] taps = [.. features.Description.Taps.Select(t => t.Tensor)];
        string input = features.Description.Input.Name, what = $"The backbone '{features.Description.Name}'";
        var graph = new OnnxGraph(BackboneCut.To(new OnnxFile(features.Model, what), what, input, taps), "timed/");
        int height = features.Tiles?.Rows.Tile ?? features.ImageHeight, width = features.Tiles?.Columns.Tile ?? features.ImageWidth;
        graph.Input(input, OnnxType.Float, -1, 3, height, width);
        foreach (string tap in taps)
            graph.Output(tap, OnnxType.Float, -1, -1, -1, -1);
        var session = Own(new OnnxSession(graph.ToModel(), what)).Session;
        var value = Own(OrtValue.CreateTensorValueFromMemory(new float[count * 3 * height * width], [count, 3, height, width]));
        var options = Own(new RunOptions());
        int runs = features.Tiles?.Count ?? 1;
        return () =>
        {
            for (int i = 0; i < runs; i++)
                session.Run(options, [input], [value], taps).Dispose();
        };
    }

    private Action Exported(OnnxSession session, int count)
    {
        var (height, width) = (_pictures[0].Height, _pictures[0].Width);
        var rgb = new byte[count * 3 * height * width];
        for (int i = 0; i < rgb.Length; i++)
            rgb[i] = _pictures[0].Pixels[4 * (i / 3 % (height * width)) + 2 - i % 3];
        var image = Own(OrtValue.CreateTensorValueFromMemory(rgb, [count, height, width, 3]));
        var category = Own(OrtValue.CreateTensorValueFromMemory(new long[count], [count]));
        var options = Own(new RunOptions());
        Dictionary<string, OrtValue> inputs = new() { ["image"] = image };
        if (Model.Calibration.IsByCategory)
            inputs["category"] = category;
        return () => session.Session.Run(options, inputs, session.Session.OutputNames).Dispose();
    }

    private static void Drain(IEnumerable<InspectionResult> results)
    {
        foreach (var result in results)
            result.Dispose();
    }

    private sealed class Photograph
    {
        [ImageType(1, 1)] public MLImage? Image { get; set; }
    }

    private sealed class Judgement
    {
        public float Score { get; set; }
        public float PValue { get; set; }
        public string Verdict { get; set; } = "";
        public float[] AnomalyMap { get; set; } = [];
    }
}

/// <summary>A way through a model.</summary>
internal sealed record TimedRoute(string Name, int Batch, Action Run);

/// <summary>An image in all forms that routes begin with.</summary>
internal sealed class PictureToTime : IDisposable
{
    public PictureToTime(ReadOnlyMemory<byte> encoded)
    {
        Encoded = encoded;
        Image = ImageFile.Load(encoded, "image");
        Pixels = Image.Pixels.ToArray();   // blue, green, red, alpha
        Source = InspectionSource.Pixels(Pixels, Width, Height, ImagePixelFormat.Bgra32);
    }

    public ReadOnlyMemory<byte> Encoded { get; }
    public MLImage Image { get; }
    public byte[] Pixels { get; }
    public InspectionSource Source { get; }
    public int Width => Image.Width;
    public int Height => Image.Height;
    public PixelFrame Frame => new(Pixels, Width, Height, 4 * Width, isBgra: true);

    public void Dispose() => Image.Dispose();
}
