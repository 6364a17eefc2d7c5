using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Lab.Benchmarking;

namespace DxmiMlNet.Benchmarks;

/// <summary>The backbones that can be run here.</summary>
internal static class KnownBackbones
{
    private static readonly Lazy<Dictionary<string, BackboneDescription>> s_all = new(() => Candidates().ToDictionary(b => b.Name, b => b.Description));

    public static IEnumerable<string> Names => s_all.Value.Keys;

    public static BackboneDescription Find(string name) => s_all.Value[name];

    private static IEnumerable<BenchmarkBackbone> Candidates()
    {
        var candidates = new List<string> { BenchmarkBackbone.Embedded };
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "data", "backbones")))
                candidates.AddRange(Directory.GetFiles(Path.Combine(folder.FullName, "data", "backbones"), "*.json").Order(StringComparer.Ordinal));
        return candidates.Select(TryFind).OfType<BenchmarkBackbone>();
    }

    private static BenchmarkBackbone? TryFind(string name)
    {
        try
        {
            return BenchmarkBackbone.Find(name);
        }
        catch (DxmiException e)
        {
            Console.Error.WriteLine($"{name} is left out: {e.What}");
            return null;
        }
    }
}
