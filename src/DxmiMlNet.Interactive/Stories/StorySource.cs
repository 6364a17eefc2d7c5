namespace DxmiMlNet.Interactive.Stories;

/// <summary>
/// A story: a C# file that runs as a file-based app and is the source of a notebook. What stands before the first cell (directives, and a <c>using</c> that
/// a kernel has by itself) belongs to the app alone. A line <c>// %%</c> begins a cell of C#, <c>// %% [markdown]</c> one of text in comments: the percent
/// format, which editors know.
/// </summary>
public static class StorySource
{
    private const string Marker = "// %%", Text = "[markdown]";

    /// <summary>The cells, in order; empty ones are left out.</summary>
    /// <param name="source">The text of the file.</param>
    /// <exception cref="DxmiException">There is no cell.</exception>
    public static IReadOnlyList<StoryCell> Cells(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        int[] markers = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith(Marker, StringComparison.Ordinal))];
        if (markers.Length == 0)
            throw new DxmiException("The story has no cells.", "Lines that begin with '// %%' begin a cell.", "Put such a line before the first statement.");
        return [.. markers.Select((marker, i) => Cell(lines, marker, end: i + 1 < markers.Length ? markers[i + 1] : lines.Length)).Where(cell => cell.Content.Length > 0)];
    }

    private static StoryCell Cell(string[] lines, int marker, int end)
    {
        bool isText = lines[marker].Contains(Text, StringComparison.Ordinal);
        int first = marker + 1, last = end;
        while (first < last && string.IsNullOrWhiteSpace(lines[first]))
            first++;
        while (last > first && string.IsNullOrWhiteSpace(lines[last - 1]))
            last--;
        var content = lines[first..last];
        return new StoryCell(isText, string.Join('\n', isText ? content.Select(WithoutComment) : content), first + 1, end);
    }

    private static string WithoutComment(string line) => line.StartsWith("// ", StringComparison.Ordinal) ? line[3..] : line.TrimStart('/');
}
