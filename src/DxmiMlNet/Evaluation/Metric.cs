using System.Globalization;
using System.Text.Json;

namespace DxmiMlNet.Evaluation;

/// <summary>One column of every table of metrics: CSV file, page, README, console.</summary>
/// <param name="Name">The property of <see cref="MetricSet"/>; heads the column of a data frame.</param>
/// <param name="Title">For people, for example "Average precision".</param>
/// <param name="ShortTitle">The same where columns are many, for example "AP".</param>
/// <param name="Value">Reads it; null where it is undefined.</param>
/// <param name="IsRate">Whether a sentence says it as a percentage.</param>
public sealed record Metric(string Name, string Title, string ShortTitle, Func<MetricSet, double?> Value, bool IsRate = false)
{
    /// <summary>What a table shows for an undefined metric.</summary>
    public const string Undefined = "-";

    /// <summary>All metrics, the most asked for first.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        new(nameof(MetricSet.ImageAuroc), "Image AUROC", "Image AUROC", m => m.ImageAuroc),
        new(nameof(MetricSet.AveragePrecision), "Average precision", "AP", m => m.AveragePrecision),
        new(nameof(MetricSet.PixelAuroc), "Pixel AUROC", "Pixel AUROC", m => m.PixelAuroc),
        new(nameof(MetricSet.Aupro), "AUPRO", "AUPRO", m => m.Aupro),
        new(nameof(MetricSet.F1Best), "Best possible F1", "Best F1", m => m.F1Best),
        new(nameof(MetricSet.F1BestThreshold), "Score of the best F1", "F1 score", m => m.F1BestThreshold),
        new(nameof(MetricSet.F1AtThreshold), "F1 at the threshold", "F1", m => m.F1AtThreshold),
        new(nameof(MetricSet.FalseRejectRate), "Good parts rejected", "Good rejected", m => m.FalseRejectRate, IsRate: true),
    ];

    /// <summary>Those that one kind of defect has, too: measured against all good images.</summary>
    public static IReadOnlyList<Metric> OfDefects { get; } = Choose(nameof(MetricSet.ImageAuroc), nameof(MetricSet.AveragePrecision),
        nameof(MetricSet.PixelAuroc), nameof(MetricSet.Aupro));

    /// <summary>The name as JSON and CSV files of results spell it: "imageAuroc".</summary>
    public string Key => JsonNamingPolicy.CamelCase.ConvertName(Name);

    /// <summary>Metrics by their names, in the order of <see cref="All"/>.</summary>
    /// <param name="names">Some of the properties of <see cref="MetricSet"/>.</param>
    /// <exception cref="ArgumentException">There is no such metric.</exception>
    public static IReadOnlyList<Metric> Choose(params ReadOnlySpan<string> names)
    {
        var wanted = new HashSet<string>(names.ToArray(), StringComparer.Ordinal);
        Metric[] chosen = [.. All.Where(m => wanted.Remove(m.Name))];
        return wanted.Count == 0 ? chosen
            : throw new ArgumentException($"There is no metric '{wanted.First()}'. Expected some of {string.Join(", ", All.Select(m => m.Name))}. Correct the name.", nameof(names));
    }

    /// <summary>The value for a table: three decimals, a dash where it is undefined.</summary>
    /// <param name="metrics">Where to read it.</param>
    public string Text(MetricSet metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return Text(Value(metrics));
    }

    /// <summary>The value for a headline or a sentence: of a rate the percentage.</summary>
    /// <param name="metrics">Where to read it.</param>
    public string Headline(MetricSet metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return IsRate ? Percent(Value(metrics)) : Text(metrics);
    }

    /// <summary>Three decimals, a dash for null.</summary>
    internal static string Text(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? Undefined;

    /// <summary>A percentage with one decimal, a dash for null.</summary>
    internal static string Percent(double? share) => share is { } number ? (100 * number).ToString("0.0", CultureInfo.InvariantCulture) + " %" : Undefined;
}
