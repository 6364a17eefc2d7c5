using System.Xml.Linq;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Reports;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>The page over all rows, with links to the runs.</summary>
internal static class ImagesReport
{
    public const string PageName = "report.html", HeldOutSheet = "held-out.png";

    public static void Save(ImagesSummary summary)
    {
        byte[] sheet = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(summary.Report)!, HeldOutSheet));
        HtmlPage.Save(ExperimentPage.Of($"DxMI on images: {summary.Data}",
            Element("p", summary.FloorText),
            Table(summary),
            ExperimentPage.Figures("Data", (HtmlParts.Picture(sheet, "Held-out crops."), "Held-out crops."))), summary.Report);
    }

    private static XElement Table(ImagesSummary summary) => Element("section", HtmlParts.Table([.. ImagesSummary.Columns, "run"],
        summary.Lines.Select(line => (object[])[.. line.Cells, Element("a", ("href", ImageRunStore.Link(line.Row)), "page")]), column => column == "phase"));
}
