using System.Text;
using System.Text.Json;
using DxmiMlNet.Explanation;
using DxmiMlNet.Files;
using DxmiMlNet.Persistence;

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
            writer.Write(string.Join(',', BenchmarkTable.RowColumns) + "\n");
            foreach (var row in result.Rows)
                writer.Write(string.Join(',', BenchmarkTable.Cells(row).Select(Quote)) + "\n");
        });
        Write(folder, Json, writer => writer.Write(JsonSerializer.Serialize(new { result.Rows, result.Summary }, BenchmarkLog.Json)));
        Write(folder, Markdown, writer => writer.Write(BenchmarkTable.Markdown(result.Summary)));
        Write(folder, Page, writer => Html.Write(BenchmarkPage.Render(result), writer));
    }

    // RFC 4180
    private static string Quote(string field) => field.AsSpan().ContainsAny(",\"\n\r") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static void Write(string folder, string name, Action<TextWriter> write) => AtomicFile.Write(Path.Combine(folder, name), "The result file", stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        write(writer);
    });
}
