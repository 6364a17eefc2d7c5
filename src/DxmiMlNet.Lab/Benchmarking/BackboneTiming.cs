using System.Diagnostics;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>How long backbones take for one image.</summary>
public static class BackboneTiming
{
    private const int WarmUps = 3, Rounds = 30;

    /// <summary>
    /// The median milliseconds of the features of one preprocessed image (the network cut at its taps, and what joins them) on one thread of ONNX
    /// Runtime. The backbones take turns, so that other work on the machine slows all of them alike.
    /// </summary>
    /// <param name="backbones">Backbones whose files are there.</param>
    /// <param name="side">Height and width of the image in pixels.</param>
    /// <param name="cancellation">Stops between two calls.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is no multiple of a backbone's coarsest stride.</exception>
    public static double[] Milliseconds(IReadOnlyList<BackboneDescription> backbones, int side, CancellationToken cancellation)
    {
        foreach (var backbone in backbones)
            if (side < 32 || side % backbone.CoarsestStride != 0)
                throw new ArgumentOutOfRangeException(nameof(side), $"The image size {side} does not suit backbone '{backbone.Name}'. "
                    + $"32 or more and a multiple of the coarsest stride {backbone.CoarsestStride} was expected. Take 256.");
        var models = new List<PatchFeatureModel>();
        int threads = InferenceSettings.Threads;
        InferenceSettings.Threads = 1;
        try
        {
            foreach (var backbone in backbones)
                models.Add(PatchFeatureModel.Build(backbone, side, side, batchSize: 1));
            var image = new float[3 * side * side];
            var random = new Random(1);
            for (int i = 0; i < image.Length; i++)
                image[i] = 2 * random.NextSingle() - 1;
            var features = models.ConvertAll(m => new float[m.OutputLength]);
            var times = models.ConvertAll(_ => new List<double>());
            for (int round = -WarmUps; round < Rounds; round++)
                for (int i = 0; i < models.Count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    long begin = Stopwatch.GetTimestamp();
                    models[i].Run(image, 1, features[i]);
                    if (round >= 0)
                        times[i].Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                }
            return [.. times.Select(t => t.Order().Skip(Rounds / 2 - 1).Take(2).Average())];
        }
        finally
        {
            InferenceSettings.Threads = threads;
            models.ForEach(m => m.Dispose());
        }
    }
}
