using System.Text;
using System.Text.Json;
using DxmiMlNet.Files;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Reports;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Lab.Densities;

/// <summary>The finished rows of an experiment, a folder each: curves.csv, report.html and, last, row.json, without which the row does not count.</summary>
internal sealed class DensityRowStore(string output)
{
    public const string RowName = "row.json", CurvesName = "curves.csv", PageName = "report.html", CheckpointName = "training.bin";

    /// <summary>The row of an earlier call with the same settings, or null.</summary>
    public DensityRow? Find(DensityRun run)
    {
        string path = Path.Combine(Folder(run.Key), RowName);
        if (!File.Exists(path))
            return null;
        try
        {
            var row = JsonText.Read<DensityRow>(File.ReadAllText(path));
            return row?.Key == run.Key && row.Iterations == run.Iterations && row.Points == run.Points ? row : null;
        }
        catch (JsonException)
        {
            return null;   // no row of ours: it is made again
        }
    }

    public void Keep(DensityRow row, DensityResult result)
    {
        string folder = Folder(row.Key);
        Write(CurvesName, "The table of curves", result.Curves.WriteCsv);
        HtmlPage.Save(DensityRunPage.Of(row, result), Path.Combine(folder, PageName));
        Write(RowName, "The row", writer => writer.Write(JsonText.Of(row) + "\n"));

        void Write(string name, string what, Action<TextWriter> write) => AtomicFile.Write(Path.Combine(folder, name), what, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            write(writer);
        });
    }

    /// <summary>Where a training is kept: a stopped one goes on. Its folder is made.</summary>
    public FileCheckpointStore Checkpoint(DensityRun training) => new(Path.Combine(Directory.CreateDirectory(Folder(training.Key)).FullName, CheckpointName));

    /// <summary>Where a row's page lies, relative to the output folder, as a link.</summary>
    public static string Link(DensityRow row) => $"runs/{row.Key}/{PageName}";

    private string Folder(string key) => Path.Combine(output, "runs", key);
}
