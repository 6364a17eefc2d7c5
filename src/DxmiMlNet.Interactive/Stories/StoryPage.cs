using System.Collections.Concurrent;
using System.Net;
using System.Text;
using DxmiMlNet.Files;
using Markdig;

namespace DxmiMlNet.Interactive.Stories;

/// <summary>The page of a running story: its text, its code, and after each cell what that showed. Written whenever something is shown, and at the end.</summary>
internal sealed class StoryPage
{
    /// <summary>Names the folder that pages are written to, in place of <c>out</c>.</summary>
    public const string FolderVariable = "DXMI_STORY_OUTPUT";

    private const string Style = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
        pre,code{font:14px/1.4 ui-monospace,monospace}pre.code{background:color-mix(in srgb,currentColor 7%,transparent);border-radius:6px;padding:.8rem;overflow-x:auto}
        .shown{margin:.8rem 0 .8rem 1rem;overflow-x:auto}table{border-collapse:collapse}td,th{padding:.2rem .6rem;text-align:left}img{max-width:100%}
        """;

    private static readonly ConcurrentDictionary<string, StoryPage> s_pages = new(StringComparer.Ordinal);

    private readonly List<(int Line, Displayed Shown)> _shown = [];
    private readonly string _name;
    private readonly IReadOnlyList<StoryCell> _cells;

    private StoryPage(string file)
    {
        _name = Path.GetFileNameWithoutExtension(file) is { Length: > 0 } name ? name : "story";
        // A program that was published does not have its source beside it: its page has no text.
        _cells = File.Exists(file) && File.ReadAllText(file) is var source && source.Contains("// %%", StringComparison.Ordinal) ? StorySource.Cells(source) : [];
        PagePath = Path.GetFullPath(Path.Combine(Environment.GetEnvironmentVariable(FolderVariable) ?? "out", _name, "index.html"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Save();
            Console.WriteLine($"Page: {PagePath}");
        };
    }

    /// <summary>Where the page is.</summary>
    public string PagePath { get; }

    /// <summary>The page of a source file.</summary>
    public static StoryPage Of(string file) => s_pages.GetOrAdd(file, static f => new StoryPage(f));

    /// <summary>Shows something after the cell that the line is in.</summary>
    public Displayed Add(string html, int line)
    {
        var shown = new Displayed(html);
        lock (_shown)
            _shown.Add((line, shown));
        Save();
        return shown;
    }

    private void Save()
    {
        lock (_shown)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PagePath)!);
            AtomicFile.Write(PagePath, "The page", stream => stream.Write(Encoding.UTF8.GetBytes(Html())));
        }
    }

    private string Html()
    {
        var page = new StringBuilder($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{WebUtility.HtmlEncode(_name)}</title>
            <style>{Style}</style></head><body>

            """);
        foreach (var cell in _cells)
        {
            page.AppendLine(cell.IsText ? Markdown.ToHtml(cell.Content) : $"<pre class=\"code\"><code>{WebUtility.HtmlEncode(cell.Content)}</code></pre>");
            Append(page, _shown.Where(s => s.Line >= cell.FirstLine && s.Line <= cell.LastLine));
        }
        Append(page, _shown.Where(s => !_cells.Any(cell => s.Line >= cell.FirstLine && s.Line <= cell.LastLine)));
        return page.AppendLine("</body></html>").ToString();
    }

    private static void Append(StringBuilder page, IEnumerable<(int Line, Displayed Shown)> shown)
    {
        foreach (var (_, value) in shown)
            page.AppendLine($"<div class=\"shown\">{value.Html}</div>");
    }
}
