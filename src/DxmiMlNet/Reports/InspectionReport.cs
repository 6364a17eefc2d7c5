namespace DxmiMlNet.Reports;

/// <summary>
/// The results of an inspection as one HTML file that needs nothing else: no network, no scripts, pictures and charts inside. It can be
/// mailed, archived and printed.
/// </summary>
/// <example>
/// <code>
/// var report = new InspectionReport { Title = "Magnetic tiles", Images = images, Thresholds = new(1.2, 1.5), Metrics = metrics };
/// var pictures = report.Selection.All.Select(image => ReportPicture.Encode(image.Path, ...));   // only the chosen images are drawn
/// (report with { Pictures = [.. pictures] }).Save("report.html");
/// </code>
/// </example>
public sealed record InspectionReport
{
    /// <summary>What was inspected.</summary>
    public required string Title { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.Now;

    /// <summary>Every inspected image. Charts and counts are made from these.</summary>
    public required IReadOnlyList<ReportImage> Images { get; init; }

    /// <summary>The scores at which the verdict changes.</summary>
    public required ReportThresholds Thresholds { get; init; }

    /// <summary>The headline metrics, the most important first.</summary>
    public IReadOnlyList<ReportEntry> Metrics { get; init; } = [];

    /// <summary>Metrics by kind of defect; null for no table.</summary>
    public ReportTable? ByDefect { get; init; }

    /// <summary>The pictures of the images that <see cref="Selection"/> chose. Where one is missing, the report says so.</summary>
    public IReadOnlyList<ReportPicture> Pictures { get; init; } = [];

    /// <summary>The files that could not be inspected.</summary>
    public IReadOnlyList<ReportFailure> Failures { get; init; } = [];

    /// <summary>How it was made: model, alpha, seed, backbone.</summary>
    public IReadOnlyList<ReportEntry> Settings { get; init; } = [];

    /// <summary>At most so many images are shown; 0 or more.</summary>
    public int MaximumPictures { get; init; } = 24;

    /// <summary>The images that the report shows.</summary>
    public ReportSelection Selection => ReportSelection.Choose(Images, Thresholds, MaximumPictures);

    /// <summary>Writes the page.</summary>
    /// <param name="writer">Takes the text; to be encoded as UTF-8.</param>
    /// <exception cref="DxmiException">A picture is neither PNG nor JPEG.</exception>
    public void Write(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Html.Write(new ReportPage(this).Render(), writer);
    }

    /// <summary>Writes the page to a file. It appears complete or not at all: it is written under a temporary name, then renamed.</summary>
    /// <param name="path">The file, usually report.html; an existing one is replaced, a missing folder is made.</param>
    /// <exception cref="DxmiException">The file cannot be written, or a picture is neither PNG nor JPEG.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        HtmlPage.Save(new ReportPage(this).Render(), path);
    }
}
