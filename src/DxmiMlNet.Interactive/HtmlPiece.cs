namespace DxmiMlNet.Interactive;

/// <summary>HTML that is to be shown as it looks, not as text: for example what <see cref="DxmiMlNet.Reports.HtmlFragment"/> returns.</summary>
/// <param name="Html">One or more elements, already escaped.</param>
/// <example>
/// <code>
/// new HtmlPiece(evaluation.ToHtml(model)).Display();
/// </code>
/// </example>
public sealed record HtmlPiece(string Html);
