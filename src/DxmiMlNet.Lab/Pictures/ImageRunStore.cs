using System.Text;
using System.Text.Json;
using DxmiMlNet.Files;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Lab.Pictures;
using DxmiMlNet.Reports;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>
/// The finished runs of an experiment, a folder each: curves, sample sheets, a page, and last rows.json, without which the run does not count. The folder of
/// a pretraining has its curves and, last, the network.
/// </summary>
internal sealed class ImageRunStore(string output)
{
    public const string RowsName = "rows.json", CurvesName = "curves.csv", PageName = "report.html", NetworkName = "network.bin";

    /// <summary>The rows of an earlier call with the same settings, or null.</summary>
    public ImageRow[]? Find(ImageRun run)
    {
        string path = PathOf(run, RowsName);
        if (!File.Exists(path))
            return null;
        try
        {
            var kept = JsonText.Read<KeptRows>(File.ReadAllText(path));
            return kept?.Fingerprint == run.Fingerprint ? kept.Rows : null;
        }
        catch (JsonException)
        {
            return null;   // no rows of ours: they are made again
        }
    }

    /// <summary>Where a picture of a run lies; its folder is made.</summary>
    public string PathOf(ImageRun run, string name) => Path.Combine(output, "runs", run.Key, name);

    public void Keep(ImageRun run, ImageRow[] rows, TrainingCurves curves)
    {
        WriteCurves(run, curves);
        HtmlPage.Save(ImageRunPage.Of(rows, curves, name => File.ReadAllBytes(PathOf(run, name))), PathOf(run, PageName));
        Write(run, RowsName, "The rows", writer => writer.Write(JsonText.Of(new KeptRows(run.Fingerprint, rows)) + "\n"));
    }

    /// <summary>Reads the pretrained network of an earlier call with the same settings.</summary>
    /// <returns>The seconds that it took, or null where there is none.</returns>
    public double? FindNetwork(ImageRun run, PictureTraining training)
    {
        string path = PathOf(run, NetworkName);
        if (!File.Exists(path))
            return null;
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            if (reader.ReadString() != run.Fingerprint)
                return null;
            double seconds = reader.ReadDouble();
            training.Read(reader);
            return seconds;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or FormatException)
        {
            return null;   // damaged: it is trained again
        }
    }

    // Binary format: fingerprint, seconds, the number of parameters, the parameters.
    public void KeepNetwork(ImageRun run, PictureTraining training, TrainingCurves curves, double seconds)
    {
        WriteCurves(run, curves);
        AtomicFile.Write(PathOf(run, NetworkName), "The network", stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            writer.Write(run.Fingerprint);
            writer.Write(seconds);
            training.Write(writer);
        });
    }

    /// <summary>Where a run's page lies, relative to the output folder, as a link.</summary>
    public static string Link(ImageRow row) => $"runs/{row.Start}-{row.Steps}-seed{row.Seed}/{PageName}";

    private void WriteCurves(ImageRun run, TrainingCurves curves) => Write(run, CurvesName, "The table of curves", curves.WriteCsv);

    private void Write(ImageRun run, string name, string what, Action<TextWriter> write) => AtomicFile.Write(PathOf(run, name), what, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        write(writer);
    });

    private sealed record KeptRows(string Fingerprint, ImageRow[] Rows);
}
