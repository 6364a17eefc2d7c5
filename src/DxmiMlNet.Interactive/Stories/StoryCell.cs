namespace DxmiMlNet.Interactive.Stories;

/// <summary>A cell of a story.</summary>
/// <param name="IsText">Whether <paramref name="Content"/> is Markdown rather than C#.</param>
/// <param name="Content">Without the marker line, and for Markdown without the comment signs; no blank lines at either end.</param>
/// <param name="FirstLine">The line of the file that the content begins at, from 1.</param>
/// <param name="LastLine">The last line of the file before the next cell.</param>
public sealed record StoryCell(bool IsText, string Content, int FirstLine, int LastLine);
