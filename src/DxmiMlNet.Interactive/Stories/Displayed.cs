namespace DxmiMlNet.Interactive.Stories;

/// <summary>Something that a page shows, and that can be shown anew in its place.</summary>
public sealed class Displayed
{
    private volatile string _html;

    internal Displayed(string html) => _html = html;

    internal string Html => _html;

    /// <summary>Shows another value, or the same as it is now, in the same place.</summary>
    /// <param name="value">Shown as <see cref="StoryDisplay.Display"/> shows it.</param>
    public void Update(object? value) => _html = StoryDisplay.Html(value);
}
