using Microsoft.Extensions.Logging.Abstractions;

namespace DxmiMlNet.Line;

/// <summary>What came of trying one thing that a service needs.</summary>
/// <param name="What">The thing.</param>
/// <param name="Problem">What is wrong with it; null where nothing is.</param>
public sealed record LineCheckResult(string What, string? Problem);

/// <summary>Tries what a service needs before it is started: journal, folders, models, broker, webhooks.</summary>
public static class LineCheck
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    /// <summary>Tries everything; nothing is left behind but empty folders and tables.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="cancellation">Stops between two trials.</param>
    public static async Task<IReadOnlyList<LineCheckResult>> RunAsync(LineOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var results = new List<LineCheckResult>
        {
            await TryAsync("recipes", () =>
            {
                LineOptionsCheck.ThrowIfNoRecipe(options);
                return Task.CompletedTask;
            }).ConfigureAwait(false),
            await TryAsync($"journal ({options.Journal.Kind})", () => JournalAsync(options, cancellation)).ConfigureAwait(false),
            await TryAsync($"images in '{options.ImageFolder}'", () => Writable(options.ImageFolder)).ConfigureAwait(false),
            await TryAsync($"models in '{options.ModelPath}'", () => Writable(options.ModelPath)).ConfigureAwait(false),
        };
        foreach (var (name, recipe) in options.Recipes)
            if (recipe.ModelFile is { } file)
                results.Add(await TryAsync($"model of recipe '{name}'", () =>
                {
                    using var model = InspectionModel.Load(file);
                    ModelStore.Verify(model, name);
                    return Task.CompletedTask;
                }).ConfigureAwait(false));
        foreach (var folder in options.Folders)
            results.Add(await TryAsync($"watched folder '{folder.Path}'", () => Writable(folder.Path)).ConfigureAwait(false));
        if (options.ResultFolder is { } output)
            results.Add(await TryAsync($"results in '{output}'", () => Writable(output)).ConfigureAwait(false));
        if (options.Mqtt is { } mqtt)
            results.Add(await TryAsync($"broker {mqtt.Host}:{mqtt.Port}", () => BrokerAsync(options, cancellation)).ConfigureAwait(false));
        foreach (var webhook in options.Webhooks)
            results.Add(await TryAsync($"webhook {webhook.Url}", async () =>
            {
                var url = new Uri(webhook.Url);
                using var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync(url.Host, url.Port, cancellation).AsTask().WaitAsync(s_longest, cancellation).ConfigureAwait(false);
            }).ConfigureAwait(false));
        return results;
    }

    private static async Task JournalAsync(LineOptions options, CancellationToken cancellation)
    {
        await using var journal = LineHost.JournalOf(options, TimeProvider.System, NullLoggerFactory.Instance);
        await journal.OpenAsync(cancellation).WaitAsync(s_longest, cancellation).ConfigureAwait(false);
    }

    private static Task Writable(string folder)
    {
        Directory.CreateDirectory(folder);
        string probe = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        DurableFile.Write(probe, [1]);
        File.Delete(probe);
        return Task.CompletedTask;
    }

    private static async Task BrokerAsync(LineOptions options, CancellationToken cancellation)
    {
        // Another client id: the session of a service that runs is not taken over.
        using var connection = new MqttConnection(options with { Name = $"{options.Name}-check" });
        await connection.Client.ConnectAsync(connection.Options, cancellation).WaitAsync(s_longest, cancellation).ConfigureAwait(false);
        await connection.Client.DisconnectAsync(new MQTTnet.MqttClientDisconnectOptions(), cancellation).ConfigureAwait(false);
    }

    private static async Task<LineCheckResult> TryAsync(string what, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return new LineCheckResult(what, null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new LineCheckResult(what, e.Message);
        }
    }
}
