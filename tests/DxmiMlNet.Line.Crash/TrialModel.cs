using DxmiMlNet.Images;
using DxmiMlNet.Lab.Synthesis;

namespace DxmiMlNet.Line.Crash;

/// <summary>A model of small generated parts, and photographs of more.</summary>
internal static class TrialModel
{
    private const string Kind = "brushed-metal";
    private const int Size = 64, Good = 40;

    public static void Train(string folder, string path)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < Good; i++)
            File.WriteAllBytes(Path.Combine(folder, $"{i:000}.png"), Photograph(i, false));
        using var trained = InspectionTraining.Train(InspectionDataset.List(folder), new InspectionTrainingOptions { Alpha = 0.1, ImageSize = 64, Effort = 0.05, Detector = InspectionDetector.Padim() }).Model;
        trained.Save(path);
    }

    public static byte[] Photograph(int index, bool defective)
    {
        using var image = SyntheticTexture.RenderSample(Kind, 1, Size, index, defective ? SyntheticTexture.DefectsOf(Kind)[0] : null).ToImage();
        using var stream = new MemoryStream();
        ImageFile.SavePng(image, stream);
        return stream.ToArray();
    }
}
