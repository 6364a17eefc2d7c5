using BenchmarkDotNet.Attributes;
using DxmiMlNet.Images;
using DxmiMlNet.Lab.Benchmarking;
using DxmiMlNet.Lab.Synthesis;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Benchmarks;

/// <summary>
/// What an inspection costs beside its backbone alone: the same model file, the same threads, the same run. The column Ratio is the target's figure.
/// <c>dxmi bench</c> times the same ways of any model file, in turns.
/// </summary>
public class ImageToVerdictBenchmark
{
    private const int Batch = 8;

    private string _folder = "";
    private PictureToTime[] _pictures = [];
    private TimedModel? _model;

    /// <summary>The backbone inside the package, where this build has one, and those of data/backbones whose model file is there.</summary>
    public static IEnumerable<string> Backbones => KnownBackbones.Names;

    public static IEnumerable<int> ThreadCounts => new[] { 1, Environment.ProcessorCount }.Distinct();

    [ParamsSource(nameof(Backbones))]
    public string Backbone { get; set; } = "";

    [Params("dxmi", "patchcore", "padim")]
    public string Method { get; set; } = "";

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Train()
    {
        InferenceSettings.Threads = Threads;
        var backbone = KnownBackbones.Find(Backbone);
        _folder = Directory.CreateTempSubdirectory("dxmi-benchmark-").FullName;
        string data = Path.Combine(_folder, "parts"), file = Path.Combine(_folder, "model.zip");
        int side = backbone.DefaultImageSize;
        SyntheticDataset.Write(new SyntheticOptions { Kind = "brushed-metal", OutputFolder = data, ImageSize = side, TrainGood = 30, TestGood = 16, TestPerDefect = 1 });
        var items = InspectionDataset.Read(data);
        // A short training: how long a verdict takes does not depend on how well it was learned.
        var options = new InspectionTrainingOptions { Backbone = backbone, Detector = InspectionDetector.Of(Method), Alpha = 0.1, Effort = 0.01 };
        using (var trained = InspectionTraining.Train(items, options).Model)
            trained.Save(file);
        _pictures = [.. items.Where(i => i is { Split: InspectionSplit.Test, IsAnomalous: false }).Select(i => new PictureToTime(File.ReadAllBytes(i.ImagePath)))];
        _model = new TimedModel(file, Threads, _pictures);
    }

    [Benchmark(Baseline = true, Description = "backbone alone")]
    public void BackboneAlone() => Run("backbone");

    [Benchmark(Description = "decode")]
    public void Decode() => Run("decode");

    [Benchmark(Description = "resize and normalise")]
    public void Resize() => Run("resize");

    [Benchmark(Description = "features")]
    public void Features() => Run("features");

    [Benchmark(Description = "detection")]
    public void Detection() => Run("detection");

    [Benchmark(Description = "pixels to verdict and map")]
    public void Direct() => Run("direct");

    [Benchmark(Description = "file to verdict, regions, map")]
    public void FileToVerdict() => Run("file to verdict and regions");

    [Benchmark(Description = "PredictionEngine")]
    public void Engine() => Run("PredictionEngine");

    [Benchmark(Description = "exported file")]
    public void Exported() => Run("exported file");

    [Benchmark(Description = "backbone alone, 8 at once", OperationsPerInvoke = Batch)]
    public void BackboneBatch() => Run("backbone", Batch);

    [Benchmark(Description = "pixels to verdict, batch of 8", OperationsPerInvoke = Batch)]
    public void DirectBatch() => Run("direct", Batch);

    [Benchmark(Description = "exported file, 8 at once", OperationsPerInvoke = Batch)]
    public void ExportedBatch() => Run("exported file", Batch);

    [GlobalCleanup]
    public void Delete()
    {
        _model?.Dispose();
        Array.ForEach(_pictures, picture => picture.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private void Run(string route, int batch = 1) => _model!.Routes.Single(r => r.Name == route && r.Batch == batch).Run();
}
