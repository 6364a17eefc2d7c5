using Microsoft.Playwright;

namespace DxmiMlNet.Line.Tests;

/// <summary>Chromium, named by DXMI_TEST_CHROMIUM or found on the path; one for all tests.</summary>
internal static class Browser
{
    private static readonly Lazy<Task<IBrowser>> s_browser = new(StartAsync);

    private static string? Program => Environment.GetEnvironmentVariable("DXMI_TEST_CHROMIUM") is { Length: > 0 } named ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    /// <summary>A page of a browser that has been nowhere; the test is skipped where there is no browser.</summary>
    public static async Task<Page> OpenAsync(TestLine line, bool dark = false)
    {
        if (Program is null)
            Assert.Inconclusive("There is no Chromium: DXMI_TEST_CHROMIUM names none, and none is on the path.");
        var context = await (await s_browser.Value).NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = line.Client.BaseAddress!.ToString(),
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
        });
        context.SetDefaultTimeout(20_000);
        return new Page(context, await context.NewPageAsync());
    }

    private static async Task<IBrowser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => playwright.Dispose();
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    /// <summary>A page, and what it complained about or asked elsewhere for.</summary>
    internal sealed class Page : IAsyncDisposable
    {
        private readonly IBrowserContext _context;

        public Page(IBrowserContext context, IPage view)
        {
            (_context, View) = (context, view);
            view.Console += (_, message) =>
            {
                if (message.Type == "error")
                    Complaints.Add(message.Text);
            };
            view.PageError += (_, error) => Complaints.Add(error);
            view.Request += (_, request) =>
            {
                if (request.Url is ['h', 't', 't', 'p', ..] && new Uri(request.Url).Host != "127.0.0.1")
                    Complaints.Add($"asked {request.Url}");
            };
        }

        public IPage View { get; }

        public List<string> Complaints { get; } = [];

        public ILocator Text(string text) => View.GetByText(text).First;

        public ILocator Button(string name) => View.GetByRole(AriaRole.Button, new() { Name = name });

        /// <summary>Goes to an address and waits until the page answers to clicks and keys.</summary>
        public async Task GoAsync(string url)
        {
            await View.GotoAsync(url);
            await View.Locator("main[aria-busy=false]").WaitForAsync();
            await View.WaitForTimeoutAsync(300);
        }

        public async ValueTask DisposeAsync() => await _context.DisposeAsync();
    }
}
