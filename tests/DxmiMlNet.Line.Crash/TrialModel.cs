using DxmiMlNet.Images;
using DxmiMlNet.Lab.Synthesis;
using Microsoft.ML.Data;

namespace DxmiMlNet.Line.Crash;

/// <summary>A model of generated parts, and photographs of more.</summary>
internal static class TrialModel
{
    private const string Kind = "brushed-metal";

    /// <param name="folder">Where its photographs of good parts are written.</param>
    /// <param name="path">The model file.</param>
    /// <param name="size">Side of a photograph in pixels.</param>
    /// <param name="good">How many photographs.</param>
    /// <param name="firstGood">Number of the first: others make another model.</param>
    public static void Train(string folder, string path, int size = 64, int good = 40, int firstGood = 0)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < good; i++)
            File.WriteAllBytes(Path.Combine(folder, $"{i:000}.png"), Photograph(firstGood + i, false, size));
        using var trained = InspectionTraining.Train(InspectionDataset.List(folder), new InspectionTrainingOptions { Alpha = 0.1, ImageSize = size, Effort = 0.05, Detector = InspectionDetector.Padim() }).Model;
        trained.Save(path);
    }

    /// <summary>A photograph, as PNG.</summary>
    /// <param name="index">Which part.</param>
    /// <param name="defective">Whether it has a defect.</param>
    /// <param name="size">Side in pixels.</param>
    /// <param name="gain">How much brighter the light is than usual.</param>
    public static byte[] Photograph(int index, bool defective, int size = 64, double gain = 1)
    {
        using var image = SyntheticTexture.RenderSample(Kind, 1, size, index, defective ? SyntheticTexture.DefectsOf(Kind)[0] : null).ToImage();
        using var stream = new MemoryStream();
        if (gain == 1)
        {
            ImageFile.SavePng(image, stream);
            return stream.ToArray();
        }
        byte[] pixels = image.Pixels.ToArray();
        for (int i = 0; i < pixels.Length; i++)
            if (i % 4 != 3)
                pixels[i] = (byte)Math.Min(255, Math.Round(gain * pixels[i]));
        using var brighter = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, pixels);
        ImageFile.SavePng(brighter, stream);
        return stream.ToArray();
    }
}
