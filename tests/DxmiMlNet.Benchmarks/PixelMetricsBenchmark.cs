using BenchmarkDotNet.Attributes;
using DxmiMlNet.Evaluation;

namespace DxmiMlNet.Benchmarks;

/// <summary>What exact pixel AUROC and AUPRO cost: maps of 224 x 224, a third of them with defects. The target is 20 s for 600.</summary>
public class PixelMetricsBenchmark
{
    private const int Side = 224, Square = 40;

    private readonly List<EvaluatedImage> _images = [];

    [Params(600)]
    public int Maps { get; set; }

    [GlobalSetup]
    public void Generate()
    {
        var random = new Random(1);
        for (int i = 0; i < Maps; i++)
        {
            bool isAnomalous = i % 3 == 0;
            int x = random.Next(Side - Square), y = random.Next(Side - Square);
            bool[] mask = [.. Enumerable.Range(0, Side * Side).Select(p => isAnomalous && p / Side - y is >= 0 and < Square && p % Side - x is >= 0 and < Square)];
            float[] map = [.. mask.Select(isDefect => random.NextSingle() + (isDefect ? random.NextSingle() : 0))];
            _images.Add(new EvaluatedImage($"{i}", "square", isAnomalous, map.Max(), Map: map, Mask: isAnomalous ? mask : null));
        }
    }

    [Benchmark]
    public double? AurocAndAupro()
    {
        var evaluator = new InspectionEvaluator(Side, Side);
        foreach (var image in _images)
            evaluator.Add(image);
        return evaluator.Compute().Aupro;
    }
}
