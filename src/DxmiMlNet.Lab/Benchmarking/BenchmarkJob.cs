using System.Security.Cryptography;
using System.Text;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>One fit: a method with a seed on some categories of a data set.</summary>
internal sealed record BenchmarkJob(BenchmarkDataset Dataset, IReadOnlyList<BenchmarkCategory> Categories, string Mode, BenchmarkBackbone Backbone,
    BenchmarkMethod Method, int Seed, string Fingerprint)
{
    public const string Separate = "separate", Unified = "unified";

    /// <summary>For progress: "dxmi on bottle, resnet18, seed 1".</summary>
    public string Text => $"{Method.Name} on {(Mode == Unified ? $"all of {Dataset.Name}" : Categories[0].Name)}, {Backbone.Name}, seed {Seed}";

    /// <summary>The row of a category that says that the job is done.</summary>
    public BenchmarkRow Row(BenchmarkCategory category)
        => new(Dataset.Name, category.Name, "", Mode, Backbone.Name, Method.Name, Seed) { Fingerprint = Fingerprint };

    /// <summary>A short digest of everything that a row depends on but does not say: settings, backbone, and the list of images.</summary>
    public static string Digest(InspectionBenchmarkOptions options, BenchmarkDataset dataset, IEnumerable<BenchmarkCategory> categories,
        BenchmarkBackbone backbone, BenchmarkMethod method)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(FormattableString.Invariant($"1; {options.ImageSize}; {options.Alpha}; {options.Training.CalibrationShare}; {InspectionEvaluation.Resolution}"));
        if (options.TileSize > 0)
            Add(FormattableString.Invariant($"tiles {options.TileSize}; {options.TileOverlap}"));
        Add(method.Settings);
        hash.AppendData(backbone.Description.ToJson());
        hash.AppendData(SHA256.HashData(backbone.Description.ReadModel()));
        foreach (var item in categories.SelectMany(c => c.Items))
        {
            string mask = item.MaskPath.Length > 0 ? Path.GetRelativePath(dataset.Root, item.MaskPath) : "";
            Add($"{Path.GetRelativePath(dataset.Root, item.ImagePath)}; {new FileInfo(item.ImagePath).Length}; {item.DefectType}; {item.Split}; {mask}");
        }
        return Convert.ToHexString(hash.GetHashAndReset())[..16];

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text.Replace('\\', '/') + "\n"));
    }
}
