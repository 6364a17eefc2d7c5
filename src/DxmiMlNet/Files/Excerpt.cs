namespace DxmiMlNet.Files;

/// <summary>What of a file's contents may stand in an error text: a short piece of one line, without control characters.</summary>
internal static class Excerpt
{
    private const int Longest = 60;

    /// <summary>The first characters of <paramref name="text"/> with every other than printable ones replaced, and with "..." where it goes on.</summary>
    public static string Of(string text, int longest = Longest)
    {
        string start = text.Length > longest ? text[..longest] + "..." : text;
        return string.Create(start.Length, start, (shown, from) =>
        {
            for (int i = 0; i < shown.Length; i++)
                shown[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) || char.GetUnicodeCategory(from[i]) is System.Globalization.UnicodeCategory.Format ? '?' : from[i];
        });
    }
}
