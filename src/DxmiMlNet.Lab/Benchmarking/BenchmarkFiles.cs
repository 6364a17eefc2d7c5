using System.Text;
using System.Text.Json;
using DxmiMlNet.Files;
using DxmiMlNet.Reports;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>The results as files beside rows.jsonl.</summary>
internal static class BenchmarkFiles
{
    public const string Csv = "rows.csv", Json = "results.json", Page = "report.html", Markdown = "table.md";

    /// <exception cref="DxmiException">A file cannot be written.</exception>
    public static void Save(BenchmarkResult result, string folder)
    {
        Write(folder, Csv, writer =>
        {
            using var table = new CsvTable(writer, BenchmarkTable.RowColumns);
            foreach (var row in result.Rows)
                table.Add([.. BenchmarkTable.Cells(row)]);
        });
        Write(folder, Json, writer => writer.Write(JsonSerializer.Serialize(new { result.Rows, result.Summary, result.Overall }, BenchmarkLog.Json)));
        Write(folder, Markdown, writer => writer.Write(BenchmarkTable.Markdown(result)));
        HtmlPage.Save(BenchmarkPage.Render(result), Path.Combine(folder, Page));
    }

    private static void Write(string folder, string name, Action<TextWriter> write) => AtomicFile.Write(Path.Combine(folder, name), "The result file", stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        write(writer);
    });
}
