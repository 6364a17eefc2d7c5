using DxmiMlNet.Features;

namespace DxmiMlNet;

/// <summary>What sizes of training images say about them.</summary>
internal static class ImageSizes
{
    private const double SameAspect = 0.01;   // relative: cameras round, croppers do

    /// <summary>Sentences on sizes and proportions that differ: every image is resized to the same, and a part then looks otherwise on each.</summary>
    public static IReadOnlyList<string> Warnings((int Width, int Height)[] sizes, PatchFeatureTransformer features)
    {
        var different = sizes.Distinct().OrderBy(size => (long)size.Width * size.Height).ToArray();
        if (different.Length < 2)
            return [];
        var aspects = different.OrderBy(Aspect).ToArray();
        bool stretched = Aspect(aspects[^1]) > (1 + SameAspect) * Aspect(aspects[0]);
        return
        [
            $"The good images have {different.Length} different sizes, from {Text(different[0])} to {Text(different[^1])} pixels. All are resized to "
                + $"{features.ImageWidth} x {features.ImageHeight}, and parts should look equally large on all of them. Photograph or crop them alike.",
            .. stretched
                ? new[]
                {
                    $"The good images have different proportions, from {Text(aspects[0])} to {Text(aspects[^1])} pixels. Resizing stretches them differently, and "
                        + "a stretched part may count as normal. Crop them to the same proportions.",
                }
                : [],
        ];

        static double Aspect((int Width, int Height) size) => (double)size.Width / size.Height;
        static string Text((int Width, int Height) size) => $"{size.Width} x {size.Height}";
    }
}
