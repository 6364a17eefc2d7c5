using Microsoft.ML.Data;

namespace DxmiMlNet.Line;

/// <summary>What a photograph is like, whatever it shows.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Brightness">Mean grey, 0 to 255.</param>
/// <param name="Sharpness">Variance of the Laplacian of the grey values: falls when a lens is dirty or out of focus.</param>
internal sealed record ImageQuality(int Width, int Height, double Brightness, double Sharpness)
{
    // So many pixels a side tell enough; a large image is looked at in steps.
    private const int Side = 512;

    public static ImageQuality Of(MLImage image)
    {
        var pixels = image.Pixels;
        int width = image.Width, height = image.Height, step = Math.Max(1, Math.Max(width, height) / Side), count = 0, edges = 0;
        double sum = 0, sumLaplace = 0, sumSquares = 0;
        for (int y = 1; y < height - 1; y += step)
        {
            for (int x = 1; x < width - 1; x += step)
            {
                int here = Grey(pixels, y * width + x);
                sum += here;
                count++;
                double laplace = Grey(pixels, y * width + x - 1) + Grey(pixels, y * width + x + 1) + Grey(pixels, (y - 1) * width + x) + Grey(pixels, (y + 1) * width + x) - 4 * here;
                sumLaplace += laplace;
                sumSquares += laplace * laplace;
                edges++;
            }
        }
        if (count == 0)
            return new ImageQuality(width, height, Grey(pixels, 0), 0);
        double mean = sumLaplace / edges;
        return new ImageQuality(width, height, sum / count, sumSquares / edges - mean * mean);
    }

    // The channels weigh the same: their order does not matter, and neither does colour science here.
    private static int Grey(ReadOnlySpan<byte> pixels, int pixel) => (pixels[4 * pixel] + pixels[4 * pixel + 1] + pixels[4 * pixel + 2]) / 3;
}

/// <summary>Learns what photographs of a station are usually like from the first that passed, then says which are not.</summary>
internal sealed class QualityGuard(int baseline, double limit)
{
    private readonly List<ImageQuality> _learning = [];
    private (double Mean, double Deviation) _brightness, _logSharpness;
    private (int Width, int Height) _size;

    public bool IsLearned { get; private set; }

    /// <summary>Photographs in a row that were unusual.</summary>
    public int InARow { get; private set; }

    /// <summary>What is unusual: "dark", "bright", "blurred", "sharp", "size"; null for nothing, or as long as it is learning.</summary>
    public IReadOnlyList<string>? Look(ImageQuality quality)
    {
        if (!IsLearned)
            return null;
        var found = new List<string>();
        if ((quality.Width, quality.Height) != _size)
            found.Add("size");
        double brightness = (quality.Brightness - _brightness.Mean) / _brightness.Deviation, sharpness = (LogSharpness(quality) - _logSharpness.Mean) / _logSharpness.Deviation;
        if (Math.Abs(brightness) > limit)
            found.Add(brightness < 0 ? "dark" : "bright");
        if (Math.Abs(sharpness) > limit)
            found.Add(sharpness < 0 ? "blurred" : "sharp");
        InARow = found.Count > 0 ? InARow + 1 : 0;
        return found.Count > 0 ? found : null;
    }

    /// <summary>Learns from a photograph of a part that passed.</summary>
    public void Learn(ImageQuality quality)
    {
        if (IsLearned)
            return;
        _learning.Add(quality);
        if (_learning.Count < baseline)
            return;
        _brightness = Usual(_learning.Select(q => q.Brightness), least: 1);
        _logSharpness = Usual(_learning.Select(LogSharpness), least: 0.03);
        _size = _learning.GroupBy(q => (q.Width, q.Height)).MaxBy(g => g.Count())!.Key;
        IsLearned = true;
        _learning.Clear();
    }

    private static double LogSharpness(ImageQuality quality) => Math.Log(1 + quality.Sharpness);

    // Median and scaled median deviation: a few odd photographs among those learned from do not matter. Below the least deviation cameras differ by nothing.
    private static (double Mean, double Deviation) Usual(IEnumerable<double> values, double least)
    {
        double[] sorted = [.. values.Order()];
        double median = sorted[sorted.Length / 2];
        double[] away = [.. sorted.Select(value => Math.Abs(value - median)).Order()];
        return (median, Math.Max(least, 1.4826 * away[away.Length / 2]));
    }
}
