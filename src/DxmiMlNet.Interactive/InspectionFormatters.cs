using DxmiMlNet.Reports;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Interactive;

/// <summary>How images, results and views look in a notebook. A kernel that loads the package registers them by itself.</summary>
public static class InspectionFormatters
{
    /// <summary>
    /// Registers formatters for <see cref="InspectionResult"/>, sequences of them, <see cref="MLImage"/>, views with an image column,
    /// <see cref="TrainingProgressView"/> and <see cref="HtmlPiece"/>, as text/html. Registering again changes nothing.
    /// </summary>
    public static void Register()
    {
        AsHtml<InspectionResult>(result => result.ToHtml());
        AsHtml<IEnumerable<InspectionResult>>(results => results.ToHtml());
        AsHtml<MLImage>(image => HtmlFragment.ContactSheet([SheetPicture.Encode($"{image.Width} x {image.Height} pixels", image, longestSide: 512)]));
        AsHtml<IDataView>(DataViewHtml.Of);
        AsHtml<TrainingProgressView>(progress => progress.ToHtml());
        AsHtml<HtmlPiece>(piece => piece.Html);
    }

    private static void AsHtml<T>(Func<T, string> format)
    {
        Formatter.Register<T>((value, writer) => writer.Write(format(value)), HtmlFormatter.MimeType);
        Formatter.SetPreferredMimeTypesFor(typeof(T), HtmlFormatter.MimeType);
    }
}
