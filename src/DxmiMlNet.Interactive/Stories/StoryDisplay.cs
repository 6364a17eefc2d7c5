using System.Runtime.CompilerServices;
using Microsoft.DotNet.Interactive.Formatting;

namespace DxmiMlNet.Interactive.Stories;

/// <summary>
/// What a notebook's kernel offers as <c>value.Display()</c>, for a file-based app: there the values go onto a page beside the text and the code that showed
/// them, <c>out/NAME/index.html</c> of the current folder. Import this namespace before the first cell only: a kernel has a method of its own.
/// </summary>
public static class StoryDisplay
{
    static StoryDisplay() => InspectionFormatters.Register();

    /// <summary>Shows a value on the story's page, as a notebook would show it.</summary>
    /// <param name="value">Anything: what no formatter knows is a table of its members.</param>
    /// <param name="file">The story; the compiler fills it in.</param>
    /// <param name="line">The line that shows it; the compiler fills it in.</param>
    public static Displayed Display(this object? value, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        => StoryPage.Of(file).Add(Html(value), line);

    internal static string Html(object? value) => value.ToDisplayString(HtmlFormatter.MimeType);
}
