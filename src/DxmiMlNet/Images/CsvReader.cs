using System.Text;

namespace DxmiMlNet.Images;

/// <summary>Reads comma-separated records as RFC 4180 has them: quoted fields may hold commas, doubled quotes and line breaks.</summary>
internal static class CsvReader
{
    /// <summary>The records of a file, each with the line (from 1) on which it begins; blank lines are passed over.</summary>
    /// <exception cref="DxmiException">A quoted field does not end.</exception>
    public static IEnumerable<(int Line, string[] Fields)> Read(string path)
    {
        string text = File.ReadAllText(path);
        var field = new StringBuilder();
        var fields = new List<string>();
        int line = 1, start = 1;
        bool quoted = false;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : '\n';
            if (quoted && i < text.Length)
            {
                if (c == '\n')
                    line++;
                if (c != '"')
                    field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    field.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (quoted)
            {
                throw new DxmiException($"The record that begins on line {start} of '{path}' has a quoted field without an end.",
                    "Expected a second quotation mark behind the field.", "Correct the line.");
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (c == '\n')
            {
                if (field.Length > 0 && field[^1] == '\r')
                    field.Length--;
                if (fields.Count > 0 || field.Length > 0)
                {
                    fields.Add(field.ToString());
                    yield return (start, [.. fields]);
                }
                fields.Clear();
                field.Clear();
                start = ++line;
            }
            else
            {
                field.Append(c);
            }
        }
    }
}
