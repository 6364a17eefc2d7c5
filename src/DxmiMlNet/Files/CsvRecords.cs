using System.Text;
using nietras.SeparatedValues;

namespace DxmiMlNet.Files;

/// <summary>Reads delimited text as RFC 4180 has it: quoted fields may hold delimiters, doubled quotes and line breaks.</summary>
internal static class CsvRecords
{
    // What spreadsheets write, by language. Where the first line has as many of two, the one further left counts.
    private static readonly char[] s_delimiters = [',', ';', '\t'];

    /// <summary>
    /// The records of a file, each with the line (from 1) on which it begins; blank lines are passed over. The delimiter, a comma, a semicolon or a
    /// tab, is the one that the first line has most of. Read lazily: the first wrong line ends the reading.
    /// </summary>
    /// <param name="path">The file: UTF-8, with or without a byte order mark, or UTF-16 with one.</param>
    /// <exception cref="DxmiException">It is no text, a quoted field does not end, or a record is longer than 16 million characters.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IEnumerable<(int Line, string[] Fields)> Read(string path)
    {
        char delimiter;
        using (var text = Open(path))
            delimiter = Delimiter(path, text);
        using var reader = Sep.New(delimiter).Reader(o => o with { HasHeader = false, Unescape = true, DisableColCountCheck = true }).From(Open(path));
        int line = 1;
        while (Next(path, reader, line))
        {
            var (fields, next) = Fields(path, reader.Current, line);
            if (fields.Length > 1 || fields[0].Length > 0)
                yield return (line, fields);
            line = next;
        }
    }

    private static (string[] Fields, int NextLine) Fields(string path, SepReader.Row row, int line)
    {
        var text = row.Span;   // looked at before the fields, which are unescaped in place
        if (text.ContainsAny('\0', '\uFFFD'))
            throw NoText(path, line);
        if (text.Count('"') % 2 != 0)
            throw new DxmiException($"The record that begins on line {line} of '{path}' has a quoted field without an end.",
                "Expected a second quotation mark behind the field.", "Correct the line.");
        var fields = new string[row.ColCount];
        for (int i = 0; i < fields.Length; i++)
            fields[i] = row[i].ToString();
        return (fields, row.LineNumberToExcl);
    }

    private static bool Next(string path, SepReader reader, int line)
    {
        try
        {
            return reader.MoveNext();
        }
        catch (NotSupportedException e)   // Sep's answer to a record that outgrows its buffer
        {
            throw new DxmiException($"The record that begins on line {line} of '{path}' is longer than 16 million characters.",
                "Expected lines of a few paths and words.", "Check that the file is a table, and that every quotation mark has its second.", e);
        }
    }

    private static StreamReader Open(string path) => new(RegularFile.OpenRead(path), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);

    // Only so far as a header may reach: a file of another kind need not have a line's end.
    private static char Delimiter(string path, StreamReader text)
    {
        var start = new char[4096];
        var line = start.AsSpan(0, text.ReadBlock(start));
        if (line.IndexOfAny('\r', '\n') is >= 0 and var end)
            line = line[..end];
        if (line.ContainsAny('\0', '\uFFFD'))
            throw NoText(path, 1);
        var counts = new int[s_delimiters.Length];
        for (int i = 0; i < counts.Length; i++)
            counts[i] = line.Count(s_delimiters[i]);
        return s_delimiters[Array.IndexOf(counts, counts.Max())];
    }

    private static DxmiException NoText(string path, int line) => new($"Line {line} of '{path}' is no text in UTF-8.",
        "Expected a table as text in UTF-8, or in UTF-16 with a byte order mark.", "Check that it is the right file; from a spreadsheet, save it as 'CSV UTF-8'.");
}
