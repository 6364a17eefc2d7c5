using System.Globalization;
using DxmiMlNet.Reports;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Interactive;

/// <summary>A view as a contact sheet where it has images, else as a table; its first rows only.</summary>
internal static class DataViewHtml
{
    private const int Pictures = 24, Rows = 10, Values = 4;

    private static readonly string[] s_texts = ["ImagePath", "Verdict", "Score"];

    public static string Of(IDataView view)
    {
        // Overlay stands behind Image where there are both: it shows more.
        var picture = view.Schema.LastOrDefault(column => column is { IsHidden: false, Type: ImageDataViewType });
        return picture.Name is null ? Table(view) : Sheet(view, picture);
    }

    private static string Sheet(IDataView view, DataViewSchema.Column picture)
    {
        var texts = s_texts.Select(view.Schema.GetColumnOrNull).OfType<DataViewSchema.Column>().ToArray();
        using var cursor = view.GetRowCursor([picture, .. texts]);
        var image = cursor.GetGetter<MLImage>(picture);
        var cells = texts.ToDictionary(column => column.Name, column => CellText.Getter(cursor, column, Values));
        var sheet = new List<SheetPicture>();
        for (MLImage? value = null; sheet.Count < Pictures && cursor.MoveNext();)
        {
            image(ref value!);
            string name = cells.TryGetValue("ImagePath", out var path) ? Path.GetFileName(path()) : cursor.Position.ToString(CultureInfo.InvariantCulture);
            if (value is not null)
                sheet.Add(SheetPicture.Encode(name, value, cells.GetValueOrDefault("Verdict")?.Invoke(), cells.GetValueOrDefault("Score")?.Invoke()));
        }
        return HtmlFragment.ContactSheet(sheet);
    }

    private static string Table(IDataView view)
    {
        var columns = view.Schema.Where(column => !column.IsHidden).ToArray();
        using var cursor = view.GetRowCursor(columns);
        var cells = columns.Select(column => CellText.Getter(cursor, column, Values)).ToArray();
        var rows = new List<string[]>();
        while (rows.Count < Rows && cursor.MoveNext())
            rows.Add([.. cells.Select(cell => cell())]);
        return HtmlFragment.Table(new ReportTable([.. columns.Select(column => column.Name)], rows));
    }
}
