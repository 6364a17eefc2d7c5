using DxmiMlNet.Decisions;

namespace DxmiMlNet.Reports;

/// <summary>A named value as it should be read: a metric or a setting.</summary>
/// <param name="Name">For example "Image AUROC".</param>
/// <param name="Value">For example "0.9914".</param>
/// <param name="Note">What it means, or how sure it is, in a few words; null for nothing.</param>
public sealed record ReportEntry(string Name, string Value, string? Note = null);

/// <summary>A table as it should be read; the first column names the row.</summary>
/// <param name="Columns">The headings.</param>
/// <param name="Rows">The cells, as many a row as there are headings.</param>
public sealed record ReportTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>An inspected image.</summary>
/// <param name="Path">Its file; also what finds its <see cref="ReportPicture"/>.</param>
/// <param name="DefectType">The kind of defect, or "good"; not used where the truth is unknown.</param>
/// <param name="IsAnomalous">Whether the part is truly anomalous; null where nobody has said so: it is shown, and counts in no figure.</param>
/// <param name="Score">The anomaly score; greater is more anomalous.</param>
/// <param name="PValue">The share of good parts at least as anomalous, 0 to 1.</param>
/// <param name="Verdict">What was decided: one of <see cref="Verdicts"/>.</param>
public sealed record ReportImage(string Path, string DefectType, bool? IsAnomalous, double Score, double PValue, string Verdict);

/// <summary>The scores at which the verdict changes.</summary>
/// <param name="Review">Above it a part is reviewed; equal to <paramref name="Reject"/> where nothing is.</param>
/// <param name="Reject">Above it a part is rejected.</param>
public sealed record ReportThresholds(double Review, double Reject);

/// <summary>A file that could not be inspected.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">What was wrong and what to do.</param>
public sealed record ReportFailure(string Path, string Reason);
