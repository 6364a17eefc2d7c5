using System.Runtime.CompilerServices;
using DxmiMlNet.Lab.Distillation;
using SkiaSharp;
using TorchSharp;

namespace DxmiMlNet.Lab.Tests.Distillation;

/// <summary>A network of a few thousand weights, as student and, exported, as teacher; and a folder of small pictures.</summary>
internal static class TinyBackbone
{
    public static readonly BackboneArchitecture Architecture = new(4, new(4, 6, 1, 2), new(6, 8, 1, 2), new(8, 8, 0, 2));

    /// <summary>What a test does before its first tensor: the native library is prepared.</summary>
    public static void PrepareTorch() => RuntimeHelpers.RunModuleConstructor(typeof(DxmiException).Module.ModuleHandle);

    /// <summary>A network in evaluation mode whose batch norms hold statistics of their own, as after training.</summary>
    public static InspectionBackbone Create(int seed)
    {
        PrepareTorch();
        torch.random.manual_seed(seed);
        var backbone = new InspectionBackbone(Architecture);
        using var _ = torch.no_grad();
        foreach (var (name, tensor) in backbone.state_dict())
            if (name.EndsWith("running_var") || name.EndsWith("_norm.weight"))
                tensor.uniform_(0.5, 2);
            else if (name.EndsWith("running_mean") || name.EndsWith("_norm.bias"))
                tensor.uniform_(-0.5, 0.5);
        backbone.eval();
        return backbone;
    }

    /// <summary>Options for a run of a second: a tiny teacher, a tiny student and ten pictures under the folder.</summary>
    public static DistillationOptions Options(string folder)
    {
        var teacher = Path.Combine(folder, "teacher.onnx");
        using (var network = Create(seed: 7))
            File.WriteAllBytes(teacher, BackboneExport.ToOnnx(network, half: false));
        var pictures = Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName;
        for (int i = 0; i < 10; i++)
            Picture(i, Path.Combine(pictures, $"{i}.png"));
        return new DistillationOptions
        {
            Teacher = new(teacher, "image", ["stride4", "stride8", "stride16"], [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]),
            ImageFolders = [pictures],
            OutputPath = Path.Combine(folder, "student.onnx"),
            Architecture = Architecture,
            Device = "cpu",
            Threads = 1,
            BatchSize = 4,
            CropSize = 32,
            Steps = 12,
        };
    }

    /// <summary>A 48 x 40 picture of coloured stripes.</summary>
    private static void Picture(int index, string path)
    {
        using var bitmap = new SKBitmap(48, 40);
        for (int y = 0; y < bitmap.Height; y++)
            for (int x = 0; x < bitmap.Width; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(x * (index + 3)), (byte)(y * (index + 2)), (byte)((x + y) * 5)));
        using var file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
    }
}
