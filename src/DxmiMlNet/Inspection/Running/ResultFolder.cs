using System.Globalization;
using System.Text;
using DxmiMlNet.Files;
using DxmiMlNet.Images;

namespace DxmiMlNet;

/// <summary>What a folder of results holds beside its lists.</summary>
public sealed record ResultFolderOptions
{
    /// <summary>Whether the map over the photograph is written for every image.</summary>
    public bool Overlays { get; init; } = true;

    /// <summary>Whether and how anomaly maps are written.</summary>
    public MapFormat Maps { get; init; }

    /// <summary>Whether the defect regions are written as a picture, white on black, of the image's size.</summary>
    public bool Masks { get; init; }

    /// <summary>Whether a run that was stopped goes on: results that are there are kept, what failed or is missing comes new.</summary>
    public bool Resume { get; init; }
}

/// <summary>
/// Writes results as they come: <c>results.jsonl</c> (one <see cref="InspectionRecord"/> a line) and <c>results.csv</c>, both whole after every image, and
/// pictures in <c>overlays</c>, <c>maps</c> and <c>masks</c>, which keep the images' subfolders. A killed run loses nothing that it has written, and can be
/// resumed. One run at a time: a second into the same folder is refused. Not thread-safe.
/// </summary>
public sealed class ResultFolder : IDisposable
{
    /// <summary>Names of the lists.</summary>
    public const string Lines = "results.jsonl", Table = "results.csv";

    private const string Overlays = "overlays", Maps = "maps", Masks = "masks", LockName = ".dxmi.lock", RunName = "run.json";

    private static readonly string[] s_columns = ["path", "score", "pValue", "verdict", "predictedLabel", "regions", "largestArea", "peak", "overlay", "error"];

    private readonly InspectionModel _model;
    private readonly ResultFolderOptions _options;
    private readonly string _folder, _root;
    private readonly bool _isNew;
    private readonly FileLock _lock;
    private readonly FileStream? _lines, _table;
    private readonly CsvTable _rows;
    private readonly MemoryStream _row = new();
    private readonly HashSet<string> _done = new(StringComparer.Ordinal), _ambiguous = new(StringComparer.Ordinal);

    /// <param name="folder">Where to write; it is made where it is missing.</param>
    /// <param name="root">The folder that the images' paths, and the pictures' subfolders, are relative to.</param>
    /// <param name="model">The model of the results: a run is not resumed with another.</param>
    /// <param name="options">What is written; null for lists and overlays.</param>
    /// <exception cref="DxmiException">Nothing can be written there, another run writes there, or the results to resume are of another model.</exception>
    public ResultFolder(string folder, string root, InspectionModel model, ResultFolderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? new ResultFolderOptions();
        _folder = Path.GetFullPath(folder);
        _root = Path.GetFullPath(root);
        _isNew = !Directory.Exists(_folder);
        AtomicFile.Probe(_folder, folder, "Folder");
        _lock = new FileLock(Path.Combine(_folder, LockName), $"Another run writes into the folder '{_folder}'.", "folder");
        try
        {
            Begin();
            (_lines, _table) = (Open(Lines), Open(Table));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw Unwritable(e);
        }
        catch
        {
            Dispose();
            throw;
        }
        _rows = new CsvTable(new StreamWriter(_row, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)), s_columns, isContinued: true);
    }

    /// <summary>Images whose results are there already, as <see cref="InspectionRecord.Path"/> calls them.</summary>
    public IReadOnlySet<string> Done => _done;

    /// <summary>What results must carry to be added.</summary>
    public InspectionSettings Settings => new() { Overlays = _options.Overlays, Maps = _options.Maps != MapFormat.None, Masks = _options.Masks };

    /// <summary>What a result calls its image: the path relative to the root with slashes, where it lies in it.</summary>
    /// <param name="name">The image's file.</param>
    public string Show(string name)
        => name.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? name[(_root.Length + 1)..].Replace('\\', '/') : name;

    /// <summary>Makes names of all images known, so that pictures of a.png and a.jpg do not collide.</summary>
    /// <param name="names">The images' files.</param>
    public void Expect(IEnumerable<string> names)
        => _ambiguous.UnionWith(names.GroupBy(name => Path.ChangeExtension(name, null), StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).SelectMany(same => same));

    /// <summary>Writes one result. A picture that cannot be written is that image's failure.</summary>
    /// <param name="result">The result, with what <see cref="Settings"/> say; it stays the caller's.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="DxmiException">The lists cannot be written; what is in them is whole.</exception>
    public InspectionRecord Add(InspectionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var record = InspectionRecord.Of(result, Show(result.Name));
        if (result.Error is null)
        {
            try
            {
                record = WithPictures(result, record);
            }
            catch (DxmiException e)
            {
                record = new InspectionRecord { Path = record.Path, Error = e.Message };
            }
        }
        Append(_lines!, Encoding.UTF8.GetBytes(InspectionJson.Serialize(record) + "\n"));
        Append(_table!, Row(record));
        _done.Add(record.Path);
        return record;
    }

    /// <summary>Closes the lists; where nothing was written, nothing stays.</summary>
    public void Dispose()
    {
        _lines?.Dispose();
        _table?.Dispose();
        if (_done.Count == 0)
            foreach (string name in new[] { Lines, Table, RunName })
                File.Delete(Path.Combine(_folder, name));
        _lock.Dispose();
        if (_isNew && !Directory.EnumerateFileSystemEntries(_folder).Any())
            Directory.Delete(_folder);
    }

    private InspectionRecord WithPictures(InspectionResult result, InspectionRecord record)
    {
        if (_options.Overlays && result.Overlay is { } overlay)
            record = record with { Overlay = Write(Overlays, result.Name, ".png", file => ImageFile.Save(overlay, file)) };
        if (_options.Maps != MapFormat.None && result.Map is { } map)
            record = record with { Map = Write(Maps, result.Name, MapFile.Extension(_options.Maps), file => MapFile.Save(map, _options.Maps, _model.Overlay.Scale, file)) };
        if (_options.Masks && result.Mask is { } mask)
            record = record with { Mask = Write(Masks, result.Name, ".png", file => MaskFile.Save(mask.Inside, mask.Height, mask.Width, file)) };
        return record;
    }

    /// <summary>a/b.jpg becomes overlays/a/b.png; where a/b.png is there too, overlays/a/b.jpg.png.</summary>
    private string Write(string kind, string image, string extension, Action<string> save)
    {
        string relative = Show(image) is var shown && !Path.IsPathRooted(shown) && !shown.Split('/').Contains("..") ? shown : Path.GetFileName(image);
        string name = $"{kind}/{(_ambiguous.Contains(image) ? relative : Path.ChangeExtension(relative, null))}{extension}";
        save(Path.Combine(_folder, name));
        return name;
    }

    private byte[] Row(InspectionRecord record)
    {
        _row.SetLength(0);
        _rows.Add(Cells(record));
        _rows.Flush();
        return _row.ToArray();
    }

    private static string[] Cells(InspectionRecord record)
    {
        var regions = record.Regions ?? [];
        return record.Error is { } error
            ? [record.Path, "", "", "", "", "", "", "", "", error]
            : [record.Path, Text(record.Score), Text(record.PValue), record.Verdict!, record.PredictedLabel == true ? "true" : "false", Text(regions.Count),
                Text(regions.Select(r => r.Area).DefaultIfEmpty().Max()), regions.Count > 0 ? Text(regions[0].Peak) : "", record.Overlay ?? "", ""];

        static string Text(float? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
    }

    // Whole or not at all: what a full disk leaves of a line is taken back.
    private static void Append(FileStream file, byte[] line)
    {
        long before = file.Position;
        try
        {
            file.Write(line);
            file.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.SetLength(before);
            file.Position = before;
            throw Unwritable(file.Name, e);
        }
    }

    // A new run begins with empty lists; a resumed one keeps whole lines of images that were inspected.
    private void Begin()
    {
        string run = Path.Combine(_folder, RunName), lines = Path.Combine(_folder, Lines);
        string model = _model.Describe().Hash ?? "";
        var kept = new List<InspectionRecord>();
        if (_options.Resume && File.Exists(lines))
        {
            if (File.Exists(run) && ModelOf(run) is { } other && other != model)
                throw new DxmiException($"The results in '{_folder}' are of another model.", $"Results of the model {model} were expected, those there are of {other}.",
                    "Resume with that model, or choose another folder.");
            kept.AddRange(Whole(lines));
            AtomicFile.Sweep(_folder);
        }
        _done.UnionWith(kept.Select(record => record.Path));
        AtomicFile.Write(run, "The run's description", stream => stream.Write(Encoding.UTF8.GetBytes(JsonText.Of(new RunFile(model)) + "\n")));
        AtomicFile.Write(lines, "The list", stream =>
        {
            foreach (var record in kept)
                stream.Write(Encoding.UTF8.GetBytes(InspectionJson.Serialize(record) + "\n"));
        });
        AtomicFile.Write(Path.Combine(_folder, Table), "The table", stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            using var rows = new CsvTable(text, s_columns);
            foreach (var record in kept)
                rows.Add(Cells(record));
        });
    }

    private static string? ModelOf(string run)
    {
        try
        {
            return JsonText.Read<RunFile>(File.ReadAllText(run))?.Model;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;   // cut off: nothing is known of it
        }
    }

    // The last line may be cut off, where the machine lost its power.
    private static IEnumerable<InspectionRecord> Whole(string lines)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(lines))
        {
            InspectionRecord record;
            try
            {
                record = InspectionJson.Deserialize(line);
            }
            catch (DxmiException)
            {
                continue;
            }
            if (record.Error is null && seen.Add(record.Path))
                yield return record;
        }
    }

    private FileStream Open(string name) => new(Path.Combine(_folder, name), FileMode.Append, FileAccess.Write, FileShare.Read);

    private DxmiException Unwritable(Exception e) => Unwritable(_folder, e);

    private static DxmiException Unwritable(string path, Exception e) => new($"Results cannot be written to '{path}': {e.Message}",
        "Expected a place where this user may write, with room left.", "Make room, then go on with --resume (ResultFolderOptions.Resume): what is written is kept.", e);

    private sealed record RunFile(string Model);
}
