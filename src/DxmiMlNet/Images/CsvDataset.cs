namespace DxmiMlNet.Images;

/// <summary>Reads a CSV file that lists images.</summary>
internal static class CsvDataset
{
    private static readonly string[] s_columns = ["image", "label", "mask", "split", "category", "defect"];
    private static readonly string[] s_good = ["0", "good", "ok", "normal", "pass", "false"];
    private static readonly string[] s_anomalous = ["1", "anomaly", "anomalous", "abnormal", "defect", "defective", "bad", "ng", "nok", "fail", "true"];

    /// <param name="path">The file.</param>
    /// <param name="root">The folder that its paths are relative to.</param>
    /// <param name="categoryColumn">What the file calls the column of categories.</param>
    public static IReadOnlyList<InspectionItem> Read(string path, string root, string categoryColumn = "category")
    {
        using var records = CsvReader.Read(path).GetEnumerator();
        if (!records.MoveNext())
            throw Empty(path);
        var header = records.Current.Fields.Select(f => f.Trim().ToLowerInvariant()).ToArray();
        var columns = s_columns.ToDictionary(c => c, c => Array.IndexOf(header, c == "category" ? categoryColumn : c));
        if (columns["image"] < 0)
            throw new DxmiException($"The header of '{path}' has no column 'image': it is '{string.Join(",", header)}'.",
                $"Expected column names, separated by commas, among {string.Join(", ", s_columns)}.", "Add the header line, or rename the column.");

        var items = new List<InspectionItem>();
        while (records.MoveNext())
        {
            var (line, fields) = records.Current;
            if (fields.Length != header.Length)
                throw Bad(path, line, $"has {fields.Length} fields", $"Expected {header.Length}, as many as the header.", "Correct the line; a field with a comma needs quotation marks.");
            items.Add(ReadRow(path, root, line, name => columns[name] < 0 ? null : fields[columns[name]].Trim()));
        }
        return items.Count > 0 ? items : throw Empty(path);
    }

    // The field function gives null where the file has no such column.
    private static InspectionItem ReadRow(string path, string folder, int line, Func<string, string?> field)
    {
        string defect = Or(field("defect"), "");
        bool namesDefect = defect.Length > 0 && defect != InspectionItem.Good;
        bool isAnomalous = field("label") is { } label ? ReadLabel(path, line, label) : namesDefect;
        if (isAnomalous ? defect == InspectionItem.Good : namesDefect)
            throw Bad(path, line, $"is labelled {(isAnomalous ? "anomalous" : "good")} and names the defect '{defect}'",
                $"Expected the defect '{InspectionItem.Good}', or none, of good parts only.", "Correct the label or the defect.");

        return new InspectionItem(
            Locate(path, line, "image", folder, field("image")!),
            isAnomalous,
            Or(field("category"), Path.GetFileName(folder)),
            isAnomalous ? Or(defect, "anomaly") : InspectionItem.Good,
            Or(field("mask"), "") is { Length: > 0 } mask ? Locate(path, line, "mask", folder, mask) : "",
            Or(field("split"), isAnomalous ? "test" : "train").ToLowerInvariant() switch
            {
                "train" => InspectionSplit.Train,
                "test" => InspectionSplit.Test,
                var other => throw Bad(path, line, $"has the split '{other}'", "Expected train or test.", "Correct the line."),
            });
    }

    private static bool ReadLabel(string path, int line, string label)
    {
        if (s_good.Contains(label, StringComparer.OrdinalIgnoreCase))
            return false;
        if (s_anomalous.Contains(label, StringComparer.OrdinalIgnoreCase))
            return true;
        throw Bad(path, line, label.Length == 0 ? "has no label" : $"has the label '{label}'",
            $"Expected one of {string.Join(", ", s_good)}, or one of {string.Join(", ", s_anomalous)}.", "Correct the line.");
    }

    private static string Locate(string path, int line, string column, string folder, string name)
    {
        if (name.Length == 0)
            throw Bad(path, line, $"names no {column}", $"Expected a path, relative to '{folder}'.", "Fill the field in, or remove the line.");
        // Lists are written on Windows and read on Linux, too.
        string file = Path.GetFullPath(Path.Combine(folder, Path.DirectorySeparatorChar == '/' ? name.Replace('\\', '/') : name));
        return File.Exists(file)
            ? file
            : throw Bad(path, line, $"names the {column} '{file}', which does not exist", $"Expected a path, relative to '{folder}'.", "Correct the path, or remove the line.");
    }

    private static string Or(string? value, string otherwise) => string.IsNullOrEmpty(value) ? otherwise : value;

    private static DxmiException Bad(string path, int line, string what, string expected, string remedy)
        => new($"Line {line} of '{path}' {what}.", expected, remedy);

    private static DxmiException Empty(string path)
        => new($"'{path}' lists no image.", $"Expected a header with the column 'image' ({string.Join(", ", s_columns)}) and one line an image.", "Check the file, or name another one.");
}
