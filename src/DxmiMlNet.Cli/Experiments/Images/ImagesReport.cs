using System.Text;
using DxmiMlNet.Explanation;
using DxmiMlNet.Persistence;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Cli.Experiments.Images;

/// <summary>The page over all rows, with links to the runs.</summary>
internal static class ImagesReport
{
    public const string PageName = "report.html";

    private static readonly string[] s_texts = ["Start", "phase"];

    public static void Save(ImagesSummary summary) => AtomicFile.Write(summary.Report, "The report", stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        Html.Write(ExperimentPage.Of($"DxMI on images: {summary.Data}", Element("p", summary.FloorText), Element("section", Element("table",
            Element("thead", Element("tr", [.. ImagesSummary.Columns.Append("run").Select(c => (object)Element("th", ("scope", "col"), Left(c), c))])),
            Element("tbody", summary.Lines.Select(line => Element("tr",
                [.. line.Cells.Select((cell, i) => (object)Element("td", Left(ImagesSummary.Columns[i]), cell)),
                    Element("td", Element("a", ("href", ImageRunStore.Link(line.Row)), "page"))])))))), writer);
    });

    private static object? Left(string column) => s_texts.Contains(column) ? ("style", "text-align:left") : null;
}
