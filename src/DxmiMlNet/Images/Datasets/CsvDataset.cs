using DxmiMlNet.Files;

namespace DxmiMlNet.Images.Datasets;

/// <summary>Reads a CSV file that lists images.</summary>
internal sealed class CsvDataset
{
    private const int LongestPath = 4096;

    private static readonly string[] s_columns = ["image", "label", "mask", "split", "category", "defect"];
    private static readonly string[] s_good = ["0", "good", "ok", "normal", "pass", "false"];
    private static readonly string[] s_anomalous = ["1", "anomaly", "anomalous", "abnormal", "defect", "defective", "bad", "ng", "nok", "fail", "true"];

    private readonly string _path, _folder, _realFolder;
    private readonly DatasetOptions _options;

    private CsvDataset(string path, string folder, DatasetOptions options)
    {
        _path = path;
        _folder = folder;
        _realFolder = RealPath.Of(folder);
        _options = options;
    }

    /// <summary>Reads a file whose paths are relative to <paramref name="folder"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">What its paths are relative to.</param>
    /// <param name="options">Whether they may lead out of the folder.</param>
    /// <param name="categoryColumn">What the file calls the column of categories.</param>
    /// <exception cref="DxmiException">The file lists no image, or a row is wrong.</exception>
    public static InspectionItems Read(string path, string folder, DatasetOptions options, string categoryColumn = "category")
        => new CsvDataset(path, folder, options).Read(categoryColumn);

    private InspectionItems Read(string categoryColumn)
    {
        using var records = CsvRecords.Read(_path).GetEnumerator();
        if (!records.MoveNext())
            throw Empty();
        string[] header = [.. records.Current.Fields.Select(f => f.Trim().ToLowerInvariant())];
        var columns = s_columns.ToDictionary(c => c, c => Array.IndexOf(header, c == "category" ? categoryColumn : c));
        // What stands there is not shown: the file may be anything.
        if (columns["image"] < 0)
            throw new DxmiException($"Line {records.Current.Line} of '{_path}', the header, has no column 'image' among its {header.Length}.",
                $"Expected column names, separated by commas, semicolons or tabs, among {string.Join(", ", s_columns)}.", "Add the header line, or rename the column.");

        var items = new List<InspectionItem>();
        var lines = new Dictionary<string, (int Line, InspectionItem Item)>(RealPath.Comparer);
        var skipped = new List<SkippedPath>();
        while (records.MoveNext())
        {
            var (line, fields) = records.Current;
            if (fields.Length != header.Length)
                throw Bad(line, $"has {fields.Length} fields", $"Expected {header.Length}, as many as the header.", "Correct the line; a field with a delimiter in it needs quotation marks.");
            var item = ReadRow(line, name => columns[name] < 0 ? null : fields[columns[name]].Trim());
            string real = RealPath.Of(item.ImagePath);
            if (lines.TryAdd(real, (line, item)))
                items.Add(item);
            else if (lines[real].Item with { ImagePath = item.ImagePath } == item)
                skipped.Add(new SkippedPath(item.ImagePath, $"is on line {line} as it is on line {lines[real].Line}"));
            else
                throw Bad(line, $"lists the image '{item.ImagePath}' again, otherwise than line {lines[real].Line}",
                    "Expected every image once, or with the same label, defect, mask, split and category.", "Decide what is right, and remove the other line.");
        }
        return items.Count > 0 ? new InspectionItems(items, skipped) : throw Empty();
    }

    // The field function gives null where the file has no such column.
    private InspectionItem ReadRow(int line, Func<string, string?> field)
    {
        string defect = Or(field("defect"), "");
        bool namesDefect = defect.Length > 0 && defect != InspectionItem.Good;
        bool isAnomalous = field("label") is { } label ? ReadLabel(line, label) : namesDefect;
        if (isAnomalous ? defect == InspectionItem.Good : namesDefect)
            throw Bad(line, $"is labelled {(isAnomalous ? "anomalous" : "good")} and names the defect '{Excerpt.Of(defect)}'",
                $"Expected the defect '{InspectionItem.Good}', or none, of good parts only.", "Correct the label or the defect.");

        return new InspectionItem(
            Locate(line, "image", field("image")!),
            isAnomalous,
            Or(field("category"), Path.GetFileName(_folder)),
            isAnomalous ? Or(defect, "anomaly") : InspectionItem.Good,
            Or(field("mask"), "") is { Length: > 0 } mask ? Locate(line, "mask", mask) : "",
            Or(field("split"), isAnomalous ? "test" : "train").ToLowerInvariant() switch
            {
                "train" => InspectionSplit.Train,
                "test" => InspectionSplit.Test,
                var other => throw Bad(line, $"has the split '{Excerpt.Of(other)}'", "Expected train or test.", "Correct the line."),
            });
    }

    private bool ReadLabel(int line, string label)
    {
        if (s_good.Contains(label, StringComparer.OrdinalIgnoreCase))
            return false;
        if (s_anomalous.Contains(label, StringComparer.OrdinalIgnoreCase))
            return true;
        throw Bad(line, label.Length == 0 ? "has no label" : $"has the label '{Excerpt.Of(label)}'",
            $"Expected one of {string.Join(", ", s_good)}, or one of {string.Join(", ", s_anomalous)}.", "Correct the line.");
    }

    private string Locate(int line, string column, string name)
    {
        string expected = $"Expected a path, relative to '{_folder}'.";
        if (name.Length == 0)
            throw Bad(line, $"names no {column}", expected, "Fill the field in, or remove the line.");
        if (name.Length > LongestPath)
            throw Bad(line, $"has a path of {name.Length} characters for its {column}", expected, "Correct the line.");
        // Lists are written on Windows and read on Linux, too.
        string file = Path.GetFullPath(Path.Combine(_folder, Path.DirectorySeparatorChar == '/' ? name.Replace('\\', '/') : name));
        string shown = Excerpt.Of(name, 160);
        // Before anything is said about whether it is there.
        if (!_options.AllowPathsOutside && !RealPath.IsBelow(_folder, file))
            throw Bad(line, $"names the {column} '{shown}', which lies outside of '{_folder}'", "Expected files in the folder of the list.",
                "Move the list above its images, or allow paths outside (--paths-outside, DatasetOptions.AllowPathsOutside).");
        if (!_options.AllowPathsOutside && !_options.FollowLinksOutside && !RealPath.IsBelow(_realFolder, RealPath.Of(file)))
            throw Bad(line, $"names the {column} '{shown}', a link that leads out of '{_folder}'", "Expected files in the folder of the list.",
                "Copy the file, or have links followed (--follow-links, DatasetOptions.FollowLinksOutside).");
        return File.Exists(file) ? file
            : throw Bad(line, $"names the {column} '{shown}', which does not exist", expected, "Correct the path, or remove the line.");
    }

    private static string Or(string? value, string otherwise) => string.IsNullOrEmpty(value) ? otherwise : value;

    private DxmiException Bad(int line, string what, string expected, string remedy) => new($"Line {line} of '{_path}' {what}.", expected, remedy);

    private DxmiException Empty()
        => new($"'{_path}' lists no image.", $"Expected a header with the column 'image' ({string.Join(", ", s_columns)}) and one line an image.", "Check the file, or name another one.");
}
