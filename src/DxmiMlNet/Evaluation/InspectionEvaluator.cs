namespace DxmiMlNet.Evaluation;

/// <summary>
/// Collects scored images one by one, then computes every metric exactly. Maps and masks are not kept: an image costs 4 bytes a normal
/// pixel and 8 a defect pixel (600 images of 224 x 224: 120 MB). Not thread-safe.
/// </summary>
public sealed class InspectionEvaluator
{
    private readonly List<EvaluatedImage> _images = [];   // without maps and masks
    private readonly PixelScores _goodPixels = new();
    private readonly SortedDictionary<string, PixelScores> _defectPixels = new(StringComparer.Ordinal);

    /// <summary>Starts with no image.</summary>
    /// <param name="height">Rows of every map and mask.</param>
    /// <param name="width">Columns of every map and mask.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public InspectionEvaluator(int height, int width)
    {
        if (height <= 0 || width <= 0)
            throw new ArgumentOutOfRangeException(nameof(height), $"The evaluation resolution is {height} x {width}. Both should be positive. 224 x 224 is usual.");
        Height = height;
        Width = width;
    }

    /// <summary>Rows of every map and mask.</summary>
    public int Height { get; }

    /// <summary>Columns of every map and mask.</summary>
    public int Width { get; }

    /// <summary>
    /// Adds one image. All pixels of a good image are normal. An anomalous image without mask counts in the image metrics only.
    /// </summary>
    /// <param name="image">Its arrays may be used again afterwards.</param>
    /// <exception cref="DxmiException">The score or a map value is not finite, or map or mask have another size; nothing was added.</exception>
    public void Add(EvaluatedImage image)
    {
        if (!float.IsFinite(image.Score))
            throw new DxmiException($"Image '{image.Path}' has score {image.Score}.",
                "A finite score was expected.", "Check that image and the model, or leave the image out.");
        CheckLength(image, "map", image.Map?.Length);
        CheckLength(image, "mask", image.Mask?.Length);
        CheckLength(image, "ignored part", image.Ignored?.Length);
        if (image.Map is { } map)
        {
            int bad = PixelMetrics.FirstNotFinite(map);
            if (bad >= 0)
                throw new DxmiException($"The map of image '{image.Path}' has {map[bad]} at row {bad / Width}, column {bad % Width}.",
                    "Finite values were expected.", "Check that image and the model, or leave the image out.");
            AddPixels(image, map);
        }
        _images.Add(image with { Map = null, Mask = null, Ignored = null });
    }

    /// <summary>The metrics of all images added so far. More may be added afterwards.</summary>
    public InspectionMetrics Compute()
    {
        var (scores, labels) = ScoresAndLabels(_ => true);
        var (pixelAuroc, aupro) = Pixels([_goodPixels, .. _defectPixels.Values]);
        var best = RankMetrics.BestF1(scores, labels);
        var decided = _images.FindAll(image => image.Rejected is not null);
        bool[] rejected = [.. decided.Select(image => image.Rejected!.Value)];
        bool[] decidedLabels = [.. decided.Select(image => image.IsAnomalous)];
        return new InspectionMetrics
        {
            Images = _images.Count,
            ImageAuroc = MetricSet.Defined(RankMetrics.AreaUnderRoc(scores, labels)),
            AveragePrecision = MetricSet.Defined(RankMetrics.AveragePrecision(scores, labels)),
            F1Best = MetricSet.Defined(best.F1),
            F1BestThreshold = MetricSet.Defined(best.Threshold),
            F1AtThreshold = MetricSet.Defined(RankMetrics.F1(rejected, decidedLabels)),
            FalseRejectRate = MetricSet.Defined(RankMetrics.FalseRejectRate(rejected, decidedLabels)),
            PixelAuroc = pixelAuroc,
            Aupro = aupro,
            ByDefect = ComputeByDefect(),
        };
    }

    private SortedDictionary<string, DefectMetrics> ComputeByDefect()
    {
        var result = new SortedDictionary<string, DefectMetrics>(StringComparer.Ordinal);
        foreach (var group in _images.Where(image => image.IsAnomalous).GroupBy(image => image.DefectType, StringComparer.Ordinal))
        {
            var (scores, labels) = ScoresAndLabels(image => !image.IsAnomalous || image.DefectType == group.Key);
            var (pixelAuroc, aupro) = _defectPixels.TryGetValue(group.Key, out var pixels) ? Pixels([_goodPixels, pixels]) : (null, null);
            result[group.Key] = new DefectMetrics
            {
                Images = group.Count(),
                ImageAuroc = MetricSet.Defined(RankMetrics.AreaUnderRoc(scores, labels)),
                AveragePrecision = MetricSet.Defined(RankMetrics.AveragePrecision(scores, labels)),
                PixelAuroc = pixelAuroc,
                Aupro = aupro,
            };
        }
        return result;
    }

    private void AddPixels(EvaluatedImage image, float[] map)
    {
        if (!image.IsAnomalous)
        {
            _goodPixels.Add(image.Ignored is { } ignored ? [.. map.Where((_, p) => !ignored[p])] : map);
        }
        else if (image.Mask is { } mask)
        {
            if (!_defectPixels.TryGetValue(image.DefectType, out var pixels))
                _defectPixels[image.DefectType] = pixels = new PixelScores();
            pixels.Add(map, mask, Height, Width, image.Ignored);
        }
    }

    private void CheckLength(EvaluatedImage image, string what, int? length)
    {
        if (length is { } actual && actual != Height * Width)
            throw new DxmiException($"The {what} of image '{image.Path}' has {actual} pixels.",
                $"{Height} x {Width} was expected.", "Resize it to the evaluation resolution first.");
    }

    private (float[] Scores, bool[] Labels) ScoresAndLabels(Predicate<EvaluatedImage> isMeant)
    {
        var meant = _images.FindAll(isMeant);
        return ([.. meant.Select(image => image.Score)], [.. meant.Select(image => image.IsAnomalous)]);
    }

    private static (double? Auroc, double? Aupro) Pixels(PixelScores[] groups)
    {
        var (auroc, aupro) = PixelCurve.Measure(groups, PixelMetrics.AuproLimit);
        return (MetricSet.Defined(auroc), MetricSet.Defined(aupro));
    }
}
