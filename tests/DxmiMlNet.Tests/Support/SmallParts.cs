using DxmiMlNet.Images;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Support;

/// <summary>A data set of tiny generated photographs in MVTec layout, with a tiny backbone beside it: trained on in a second.</summary>
internal sealed class SmallParts : IDisposable
{
    public const int Side = 32, TrainGood = 30, TestGood = 6, Scratched = 5;

    private readonly TestFolder _folder = new();

    public SmallParts()
    {
        BackbonePath = TinyBackbone.Write(_folder.Path);
        for (int i = 0; i < TrainGood; i++)
            Save($"parts/train/good/{i:00}.png", Part(i));
        for (int i = 0; i < TestGood; i++)
            Save($"parts/test/good/{i:00}.png", Part(100 + i));
        for (int i = 0; i < Scratched; i++)
        {
            Save($"parts/test/scratch/{i:00}.png", Part(200 + i, scratched: true));
            Save($"parts/ground_truth/scratch/{i:00}_mask.png", Paint((y, x) => OnScratch(y, x) ? (byte)255 : (byte)0));
        }
    }

    /// <summary>The data set's folder.</summary>
    public string Data => File("parts");

    /// <summary>The backbone's JSON.</summary>
    public string BackbonePath { get; }

    /// <summary>The good images to train on.</summary>
    public InspectionItem[] Good => [.. InspectionDataset.Read(Data).Where(i => i.Split == InspectionSplit.Train)];

    /// <summary>The images to test on.</summary>
    public InspectionItem[] Test => [.. InspectionDataset.Read(Data).Where(i => i.Split == InspectionSplit.Test)];

    /// <summary>A path in the folder of this set.</summary>
    public string File(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Writes any bytes and returns the path.</summary>
    public string Write(string name, byte[] bytes)
    {
        string path = File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Writes an image and returns its path.</summary>
    public string Save(string name, MLImage image)
    {
        using (image)
            ImageFile.Save(image, File(name));
        return File(name);
    }

    /// <summary>A grey part with some noise; a scratched one has a dark line.</summary>
    public static MLImage Part(int seed, bool scratched = false)
    {
        var random = new Random(seed);
        return Paint((y, x) => (byte)((scratched && OnScratch(y, x) ? 20 : 120 + 2 * x) + random.Next(12)));
    }

    /// <summary>A grey picture.</summary>
    public static MLImage Paint(Func<int, int, byte> grey, int side = Side)
    {
        var pixels = new byte[4 * side * side];
        for (int i = 0; i < side * side; i++)
            pixels.AsSpan(4 * i, 4).Fill(grey(i / side, i % side));
        for (int i = 3; i < pixels.Length; i += 4)
            pixels[i] = 255;
        return MLImage.CreateFromPixels(side, side, MLPixelFormat.Bgra32, pixels);
    }

    public void Dispose() => _folder.Dispose();

    private static bool OnScratch(int y, int x) => Math.Abs(y - x / 2 - 8) <= 1;
}
