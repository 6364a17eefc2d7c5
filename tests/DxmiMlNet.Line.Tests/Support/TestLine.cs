using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line.Tests;

/// <summary>A whole service on a free port, in a folder of its own or in that of one before it.</summary>
internal sealed class TestLine : IAsyncDisposable
{
    private readonly TestFolder? _folder;
    private readonly WebApplication _app;

    private TestLine(WebApplication app, TestFolder? folder, string data)
    {
        (_app, _folder, Data) = (app, folder, data);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public string Data { get; }

    public HttpClient Client { get; }

    public T Get<T>()
        where T : notnull
        => _app.Services.GetRequiredService<T>();

    public IJournal Journal => Get<IJournal>();

    public static LineOptions Settings(string data) => new()
    {
        Name = "test",
        DataFolder = data,
        Http = new HttpOptions { Url = "http://127.0.0.1:0" },
        Images = new ImageOptions { Keep = KeepImages.All, MinimumFreeMegabytes = 1 },
        Recipes = new() { ["part"] = new RecipeOptions { ModelFile = SmallModel.Path, Deadline = TimeSpan.FromSeconds(60) } },
        Work = new WorkOptions { Workers = 2, Drain = TimeSpan.FromSeconds(10) },
    };

    /// <param name="change">Changes the settings.</param>
    /// <param name="data">Folder of a service before this one; null for one of its own.</param>
    /// <param name="failPoints">Crashes it.</param>
    /// <param name="services">Adds or replaces services.</param>
    public static async Task<TestLine> StartAsync(Func<LineOptions, LineOptions>? change = null, string? data = null, FailPoints? failPoints = null, Action<IServiceCollection>? services = null)
    {
        var folder = data is null ? new TestFolder() : null;
        data ??= folder!.Path;
        var options = Settings(data);
        options = change?.Invoke(options) ?? options;
        var builder = LineHost.Builder(options, null);
        if (Environment.GetEnvironmentVariable("DXMI_TEST_LOG") is null)
            builder.Logging.ClearProviders();
        if (failPoints is not null)
            builder.Services.AddSingleton(failPoints);
        services?.Invoke(builder.Services);
        var app = builder.Build().MapInspectionLine();
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            folder?.Dispose();
            throw;
        }
        return new TestLine(app, folder, data);
    }

    /// <summary>Posts a part and gives the answer.</summary>
    public async Task<HttpResponseMessage> PostAsync(string? id, byte[] image, string more = "", Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/parts?{(id is null ? "" : $"partId={id}&")}{more}")
        {
            Content = new ByteArrayContent(image) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } },
        };
        change?.Invoke(request);
        return await Client.SendAsync(request);
    }

    public async Task<LineVerdict> InspectAsync(string id, byte[] image, string more = "")
    {
        using var response = await PostAsync(id, image, more);
        string body = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(200, (int)response.StatusCode, body);
        return LineJson.Read<LineVerdict>(body);
    }

    public async Task<T> ReadAsync<T>(string url) => LineJson.Read<T>(await Client.GetStringAsync(url));

    /// <summary>Stops it as SIGTERM does.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder?.Dispose();
    }
}

/// <summary>Throws at named places, as often as said: the step after never happens, as in a crash.</summary>
internal sealed class ThrowingFailPoints(string place, int times = 1) : FailPoints
{
    private int _left = times;

    public override void Hit(string name)
    {
        if (name == place && Interlocked.Decrement(ref _left) >= 0)
            throw new CrashException();
    }
}

internal sealed class CrashException() : Exception("The process ends here.");

/// <summary>Waits for what happens soon.</summary>
internal static class Eventually
{
    public static async Task Holds(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            Assert.IsTrue(DateTime.UtcNow < end, $"Not within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }

    public static Task Holds(Func<bool> condition, string what, int seconds = 30) => Holds(() => Task.FromResult(condition()), what, seconds);
}
