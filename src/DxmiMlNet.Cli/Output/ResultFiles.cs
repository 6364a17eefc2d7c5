using System.Globalization;
using System.Text;
using DxmiMlNet.Explanation;
using DxmiMlNet.Files;
using DxmiMlNet.Images;

namespace DxmiMlNet.Cli.Output;

/// <summary>
/// results.jsonl, results.csv and overlays/ of an inspection. The overlays keep the images' subfolders. The two lists appear whole at the end,
/// or not at all.
/// </summary>
internal sealed class ResultFiles : IDisposable
{
    public const string Lines = "results.jsonl", Table = "results.csv", Overlays = "overlays";

    private static readonly string[] s_columns = ["path", "score", "pValue", "verdict", "predictedLabel", "regions", "largestArea", "peak", "overlay", "error"];

    private readonly string _folder, _root;
    private readonly DataPath _data;
    private readonly HashSet<string> _ambiguous;
    private readonly StreamWriter _lines, _tableFile;
    private readonly CsvTable _table;

    /// <param name="folder">Where to write; exists.</param>
    /// <param name="root">What the images' paths and the overlays' subfolders are relative to.</param>
    /// <param name="items">All images, for their names.</param>
    public ResultFiles(string folder, string root, IEnumerable<InspectionItem> items)
    {
        _folder = folder;
        _root = root;
        _data = new DataPath(root);
        _ambiguous = [.. items.Select(item => item.ImagePath).GroupBy(path => Path.ChangeExtension(path, null), StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() > 1).SelectMany(same => same)];
        _lines = Open(Lines);
        _tableFile = Open(Table);
        _table = new CsvTable(_tableFile, s_columns);
    }

    public void Add(InspectionResult result)
    {
        string? overlay = result.Error is null ? SaveOverlay(result) : null;
        string path = _data.Show(result.Name);
        object line = result.Error is { } error
            ? new { Path = path, Error = error.Message }
            : new { Path = path, result.Score, result.PValue, result.Verdict, PredictedLabel = result.IsRejected, result.Regions, Overlay = overlay };
        _lines.Write(JsonText.Of(line) + "\n");
        _table.Add(Fields(result, path, overlay));
    }

    /// <summary>Gives the lists their names.</summary>
    public void Commit()
    {
        _table.Dispose();
        foreach (var (writer, name) in new[] { (_lines, Lines), (_tableFile, Table) })
        {
            writer.Dispose();
            File.Move(Temporary(name), Path.Combine(_folder, name), overwrite: true);
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _table.Dispose();
        _tableFile.Dispose();
        File.Delete(Temporary(Lines));
        File.Delete(Temporary(Table));
    }

    /// <summary>a/b.jpg becomes overlays/a/b.png; where a/b.png is there too, overlays/a/b.jpg.png.</summary>
    private string SaveOverlay(InspectionResult result)
    {
        string relative = Path.GetRelativePath(_root, result.Name);
        string name = (_ambiguous.Contains(result.Name) ? relative : Path.ChangeExtension(relative, null)) + ".png";
        string file = Path.Combine(_folder, Overlays, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        ImageFile.Save(result.Overlay!, file);
        return Path.Combine(Overlays, name).Replace('\\', '/');
    }

    private static string[] Fields(InspectionResult result, string path, string? overlay)
    {
        if (result.Error is { } error)
            return [path, "", "", "", "", "", "", "", "", error.Message];
        IReadOnlyList<DefectRegion> regions = result.Regions;
        return [path, Text(result.Score), Text(result.PValue), result.Verdict, result.IsRejected ? "true" : "false", Text(regions.Count),
            Text(regions.Select(r => r.Area).DefaultIfEmpty().Max()), regions.Count > 0 ? Text(regions[0].Peak) : "", overlay ?? "", ""];

        static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private StreamWriter Open(string name) => new(Temporary(name), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    private string Temporary(string name) => Path.Combine(_folder, $".{name}.{Environment.ProcessId}.tmp");
}
