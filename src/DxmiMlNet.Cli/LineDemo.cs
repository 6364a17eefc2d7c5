using DxmiMlNet.Images;
using DxmiMlNet.Lab.Synthesis;
using DxmiMlNet.Line;

namespace DxmiMlNet.Cli;

/// <summary>The demonstration of the service: a model of generated parts, and a camera that photographs more of them.</summary>
internal sealed class LineDemo : ISimulatedCamera
{
    private const string Kind = "brushed-metal", Folder = "line-demo";
    private const int Size = 256, Seed = 1, Good = 100;

    // The model has seen the parts before.
    private const int FirstNew = 100_000;

    public byte[] Shoot(long number, bool defective)
    {
        var defects = SyntheticTexture.DefectsOf(Kind);
        string? defect = defective ? defects[(int)(number % defects.Count)] : null;
        using var image = SyntheticTexture.RenderSample(Kind, Seed, Size, (int)(FirstNew + number % 1_000_000), defect).ToImage();
        using var stream = new MemoryStream();
        ImageFile.SavePng(image, stream);
        return stream.ToArray();
    }

    /// <summary>Settings and camera; trains the model if an earlier run has not.</summary>
    /// <param name="run">Shows how far it is.</param>
    /// <param name="config">A settings file over those of the demonstration; null for none.</param>
    /// <param name="settings">Settings of the command line.</param>
    public static (LineOptions Options, ISimulatedCamera Camera) Prepare(CommandRun run, string? config, string[] settings)
    {
        string folder = Path.GetFullPath(Folder), model = Path.Combine(folder, $"{Kind}.zip");
        if (!File.Exists(model))
            run.WithProgress(progress => Train(run, folder, model, progress));
        return (LineConfiguration.Load(config,
        [
            "--Name=demo", $"--DataFolder={Path.Combine(folder, "data")}", $"--Recipes:{Kind}:ModelFile={model}", "--Camera:Station=demo-camera", "--Camera:Rate=2", "--Camera:DefectRate=0.15",
            "--Images:Keep=All", "--Images:MaxMegabytes=500", "--Drift:DefectRate=0.2", .. settings,
        ]), new LineDemo());
    }

    private static bool Train(CommandRun run, string folder, string model, IProgress<InspectionProgress> progress)
    {
        string data = Path.Combine(folder, "good");
        Directory.CreateDirectory(data);
        for (int i = 0; i < Good; i++)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            string file = Path.Combine(data, $"{i:000}.png");
            using var image = SyntheticTexture.Render(Kind, Seed, Size, i);
            ImageFile.Save(image, file);
            progress.Report(InspectionProgress.Of("Generating images", i + 1, Good));
        }
        using var trained = InspectionTraining.Train(InspectionDataset.List(data), new InspectionTrainingOptions { Seed = Seed, Effort = 0.3 }, progress, run.Cancellation).Model;
        trained.Save(model);
        return true;
    }
}
