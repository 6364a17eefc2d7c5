namespace DxmiMlNet.Line;

/// <summary>What may be the name of a part, a station, a recipe, a model: safe in paths, topics and addresses.</summary>
internal static class Names
{
    public const string Rule = "1 to 128 of the characters a-z, A-Z, 0-9, '-', '_', '.', with no '.' at either end";
    private const int Longest = 128;

    public static bool IsValid(string? name)
        => name is { Length: >= 1 and <= Longest } && name[0] != '.' && name[^1] != '.' && !name.AsSpan().ContainsAnyExcept(s_allowed);

    private static readonly System.Buffers.SearchValues<char> s_allowed
        = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
}
