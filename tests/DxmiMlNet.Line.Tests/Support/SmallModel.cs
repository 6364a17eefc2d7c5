using DxmiMlNet.Images;
using SkiaSharp;

namespace DxmiMlNet.Line.Tests;

/// <summary>A model trained once for all tests, and image files of its parts.</summary>
internal static class SmallModel
{
    private static readonly Lazy<(SmallParts Parts, string Path, string Other)> s_trained = new(() =>
    {
        var parts = new SmallParts();
        string path = parts.File("small.zip"), other = parts.File("other.zip");
        using (var trained = SmallTraining.Train(parts).Model)
        {
            trained.Save(path);
            using var stricter = InspectionCalibration.WithRates(trained, 0.2);
            stricter.Save(other);
        }
        AppDomain.CurrentDomain.ProcessExit += (_, _) => parts.Dispose();
        return (parts, path, other);
    }, LazyThreadSafetyMode.ExecutionAndPublication);

    public static string Path => s_trained.Value.Path;

    /// <summary>The same detector with other rates: another file.</summary>
    public static string OtherPath => s_trained.Value.Other;

    /// <summary>An image file of a part; the same seed gives the same bytes.</summary>
    public static byte[] Png(int seed, bool scratched = false)
    {
        using var image = SmallParts.Part(seed, scratched);
        using var stream = new MemoryStream();
        ImageFile.SavePng(image, stream);
        return stream.ToArray();
    }
}
