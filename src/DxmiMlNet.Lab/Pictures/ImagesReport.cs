using System.Text;
using System.Xml.Linq;
using DxmiMlNet.Explanation;
using DxmiMlNet.Files;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Persistence;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>The page over all rows, with links to the runs.</summary>
internal static class ImagesReport
{
    public const string PageName = "report.html", HeldOutSheet = "held-out.png";

    private static readonly string[] s_texts = ["Start", "phase"];

    public static void Save(ImagesSummary summary) => AtomicFile.Write(summary.Report, "The report", stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        byte[] sheet = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(summary.Report)!, HeldOutSheet));
        Html.Write(ExperimentPage.Of($"DxMI on images: {summary.Data}",
            Element("p", summary.FloorText),
            Table(summary),
            ExperimentPage.Figures("Data", (ImageRunPage.Picture(sheet, "Held-out crops."), "Held-out crops."))), writer);
    });

    private static XElement Table(ImagesSummary summary) => Element("section", Element("table",
        Element("thead", Element("tr", [.. ImagesSummary.Columns.Append("run").Select(c => (object)Element("th", ("scope", "col"), Left(c), c))])),
        Element("tbody", summary.Lines.Select(line => Element("tr",
            [.. line.Cells.Select((cell, i) => (object)Element("td", Left(ImagesSummary.Columns[i]), cell)),
                Element("td", Element("a", ("href", ImageRunStore.Link(line.Row)), "page"))])))));

    private static object? Left(string column) => s_texts.Contains(column) ? ("style", "text-align:left") : null;
}
