using BenchmarkDotNet.Attributes;
using DxmiMlNet.Images;
using DxmiMlNet.Lab.Synthesis;
using DxmiMlNet.Onnx;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Benchmarks;

/// <summary>
/// What an inspection costs beside its backbone alone: the same model file, the same threads, the same run. The column Ratio is the target's figure.
/// </summary>
public class ImageToVerdictBenchmark
{
    private string _folder = "";
    private InspectionModel? _model;
    private InspectionItem[] _items = [];
    private MLImage? _image;
    private PredictionEngine<Photograph, Judgement>? _engine;
    private InferenceSession? _session;
    private OrtValue? _input;
    private readonly RunOptions _run = new();
    private string[] _outputs = [];

    /// <summary>The backbone inside the package, where this build has one, and those of data/backbones whose model file is there.</summary>
    public static IEnumerable<string> Backbones => KnownBackbones.Names;

    [ParamsSource(nameof(Backbones))]
    public string Backbone { get; set; } = "";

    [Params(1)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Train()
    {
        InferenceSettings.Threads = Threads;
        var backbone = KnownBackbones.Find(Backbone);
        int size = backbone.DefaultImageSize;
        _folder = Directory.CreateTempSubdirectory("dxmi-benchmark-").FullName;
        string data = Path.Combine(_folder, "parts");
        SyntheticDataset.Write(new SyntheticOptions { Kind = "brushed-metal", OutputFolder = data, ImageSize = size, TrainGood = 30, TestGood = 16, TestPerDefect = 1 });
        var items = InspectionDataset.Read(data);
        // A short training: how long a verdict takes does not depend on how well it was learned.
        _model = InspectionTraining.Train(items, new InspectionTrainingOptions { Backbone = backbone, Alpha = 0.1, Effort = 0.01 }).Model;
        _items = [.. items.Where(i => i is { Split: InspectionSplit.Test, IsAnomalous: false })];
        _image = ImageFile.Load(_items[0].ImagePath);
        _engine = new MLContext().Model.CreatePredictionEngine<Photograph, Judgement>(_model.Transformer);

        using var options = new SessionOptions { IntraOpNumThreads = Threads, InterOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(backbone.ReadModel(), options);
        string[] taps = [.. backbone.Taps.Select(t => t.Tensor)];
        _outputs = [.. _session.OutputNames.Where(taps.Contains)];
        if (_outputs.Length == 0)
            _outputs = [.. _session.OutputNames];   // the taps are inner tensors
        _input = OrtValue.CreateTensorValueFromMemory(new float[3 * size * size], [1, 3, size, size]);
    }

    [Benchmark(Baseline = true, Description = "backbone alone")]
    public void BackboneAlone()
    {
        using var outputs = _session!.Run(_run, [KnownBackbones.Find(Backbone).Input.Name], [_input!], _outputs);
    }

    [Benchmark(Description = "image to verdict")]
    public string ImageToVerdict() => _engine!.Predict(new Photograph { Image = _image }).Verdict;

    [Benchmark(Description = "file to verdict, regions, map", OperationsPerInvoke = 16)]
    public int FileToVerdict() => _model!.Inspect(_items, new InspectionSettings { Parallelism = 1, Maps = true }).Count(result => result.IsRejected);

    [GlobalCleanup]
    public void Delete()
    {
        _engine?.Dispose();
        _model?.Dispose();
        _image?.Dispose();
        _session?.Dispose();
        _input?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Photograph
    {
        [ImageType(1, 1)] public MLImage? Image { get; set; }
    }

    private sealed class Judgement
    {
        public float Score { get; set; }
        public string Verdict { get; set; } = "";
    }
}
