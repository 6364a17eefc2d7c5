namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>
/// What a method does over several data sets, each counting the same however many categories it has: one set misleads, and a mean hides the set on which a
/// method fails. False rejects are those at the benchmark's alpha.
/// </summary>
/// <param name="Mode">"separate" or "unified".</param>
/// <param name="Backbone">Name of the backbone; empty for the mean over several.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="Sets">Data sets.</param>
public sealed record BenchmarkOverall(string Mode, string Backbone, string Method, int Sets)
{
    /// <summary>Mean over the sets of the image AUROC; null where no set has one.</summary>
    public double? ImageAuroc { get; init; }

    /// <summary>Mean over the sets that have masks.</summary>
    public double? Aupro { get; init; }

    /// <summary>Mean over the sets.</summary>
    public double? FalseRejectRate { get; init; }

    /// <summary>The set with the lowest image AUROC; empty where no set has one.</summary>
    public string WorstSet { get; init; } = "";

    /// <summary>Its image AUROC.</summary>
    public double? WorstImageAuroc { get; init; }

    /// <summary>Of each set the false-reject rate, by its name.</summary>
    public IReadOnlyDictionary<string, double?> FalseRejectRates { get; init; } = new Dictionary<string, double?>();

    /// <summary>By mode, backbone and method, then the means over several backbones; empty where there is one data set.</summary>
    internal static IReadOnlyList<BenchmarkOverall> Of(IEnumerable<BenchmarkRow> rows)
    {
        var whole = rows.Where(r => r.Defect.Length == 0).ToArray();
        if (whole.Select(r => r.Dataset).Distinct().Count() < 2)
            return [];
        var overall = whole.GroupBy(r => (r.Mode, r.Backbone, r.Method)).Select(g => Of(g.Key.Mode, g.Key.Backbone, g.Key.Method, g)).ToList();
        if (whole.Select(r => r.Backbone).Distinct().Count() > 1)
            overall.AddRange(whole.GroupBy(r => (r.Mode, r.Method)).Select(g => Of(g.Key.Mode, "", g.Key.Method, g)));
        return overall;
    }

    private static BenchmarkOverall Of(string mode, string backbone, string method, IEnumerable<BenchmarkRow> rows)
    {
        var sets = rows.GroupBy(r => r.Dataset).Select(g => (Name: g.Key, Auroc: g.Average(r => r.ImageAuroc), Aupro: g.Average(r => r.Aupro),
            Rejects: g.Average(r => r.FalseRejectRate))).ToArray();
        var worst = sets.Where(s => s.Auroc is not null).OrderBy(s => s.Auroc).FirstOrDefault();
        return new BenchmarkOverall(mode, backbone, method, sets.Length)
        {
            ImageAuroc = sets.Average(s => s.Auroc),
            Aupro = sets.Average(s => s.Aupro),
            FalseRejectRate = sets.Average(s => s.Rejects),
            WorstSet = worst.Name ?? "",
            WorstImageAuroc = worst.Auroc,
            FalseRejectRates = sets.ToDictionary(s => s.Name, s => s.Rejects, StringComparer.Ordinal),
        };
    }
}
