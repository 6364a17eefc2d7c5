using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace DxmiMlNet.Line.Client;

/// <summary>
/// The HTTP interface of an inspection service, typed. What does not depend on the part (no connection, 429, 503, 507) can be sent again with the same part id: the first verdict stands.
/// </summary>
/// <example><code>
/// using var client = new LineClient(new Uri("http://127.0.0.1:8520"));
/// var verdict = await client.InspectAsync(File.ReadAllBytes("part.png"), new PartToInspect { PartId = "4711", Station = "cell-1" });
/// </code></example>
public sealed class LineClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly bool _own;

    /// <summary>A client of its own connection pool.</summary>
    /// <param name="address">Address of the service.</param>
    /// <param name="key">Key of the HTTP interface; null where the service has none.</param>
    public LineClient(Uri address, string? key = null)
        : this(new HttpClient { BaseAddress = address }, key)
    {
        ArgumentNullException.ThrowIfNull(address);
        _own = true;
    }

    /// <summary>A client on connections that the caller manages.</summary>
    /// <param name="http">Has the service's address as its base; stays the caller's.</param>
    /// <param name="key">Key of the HTTP interface; null where the service has none, or where <paramref name="http"/> sends it.</param>
    public LineClient(HttpClient http, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        _http = http;
        if (key is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Address of the service.</summary>
    public Uri Address => _http.BaseAddress ?? throw new InvalidOperationException("The HttpClient has no base address.");

    /// <summary>Inspects a part and waits for its verdict.</summary>
    /// <param name="image">The image file.</param>
    /// <param name="part">Which part it is; null leaves all to the service.</param>
    /// <param name="cancellation">Stops waiting; the part may be taken in all the same.</param>
    /// <returns>The one verdict on the part.</returns>
    /// <exception cref="LineProblemException">The part is not taken in, or was not decided by its deadline.</exception>
    public async Task<LineVerdict> InspectAsync(ReadOnlyMemory<byte> image, PartToInspect? part = null, CancellationToken cancellation = default)
    {
        using var response = await PostAsync(image, part, later: false, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Accepted)
            throw new LineProblemException(202, null, "The part has no verdict yet.", "A verdict by the deadline was expected.", "Ask for the part again.");
        return await ReadAsync<LineVerdict>(response, cancellation).ConfigureAwait(false);
    }

    /// <summary>Hands a part in and does not wait for its verdict.</summary>
    /// <param name="image">The image file.</param>
    /// <param name="part">Which part it is; null leaves all to the service.</param>
    /// <param name="cancellation">Stops waiting; the part may be taken in all the same.</param>
    /// <returns>The part's id: it is on the service's disk.</returns>
    /// <exception cref="LineProblemException">The part is not taken in.</exception>
    public async Task<string> SubmitAsync(ReadOnlyMemory<byte> image, PartToInspect? part = null, CancellationToken cancellation = default)
    {
        using var response = await PostAsync(image, part, later: true, cancellation).ConfigureAwait(false);
        return Uri.UnescapeDataString(response.Headers.Location!.ToString().Split('/')[^1]);
    }

    /// <summary>A part; null where it is unknown.</summary>
    /// <param name="partId">Its id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<PartView?> FindPartAsync(string partId, CancellationToken cancellation = default)
    {
        using var response = await _http.GetAsync(PartUrl(partId), cancellation).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync<PartView>(response, cancellation).ConfigureAwait(false);
    }

    /// <summary>Parts, the newest first.</summary>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<IReadOnlyList<PartView>> ListPartsAsync(PartFilter? filter = null, CancellationToken cancellation = default)
    {
        filter ??= new PartFilter();
        return GetAsync<IReadOnlyList<PartView>>("v1/parts" + Query(("station", filter.Station), ("verdict", filter.Verdict), ("review", filter.Review?.ToString().ToLowerInvariant()),
            ("before", filter.Before?.ToString("O", CultureInfo.InvariantCulture)), ("limit", filter.Limit.ToString(CultureInfo.InvariantCulture))), cancellation);
    }

    /// <summary>The photograph of a part: the file as it was sent, or a JPEG.</summary>
    /// <param name="partId">The part.</param>
    /// <param name="width">Width in pixels, 32 to 2048; null for the file.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<byte[]> GetImageAsync(string partId, int? width = null, CancellationToken cancellation = default) => BytesAsync($"{PartUrl(partId)}/image{WidthQuery(width)}", cancellation);

    /// <summary>The photograph of a part with the heat map over it: PNG, or a JPEG where a width is named.</summary>
    /// <param name="partId">The part.</param>
    /// <param name="width">Width in pixels, 32 to 2048; null for full size.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<byte[]> GetOverlayAsync(string partId, int? width = null, CancellationToken cancellation = default) => BytesAsync($"{PartUrl(partId)}/overlay{WidthQuery(width)}", cancellation);

    /// <summary>Makes a decision again with the model that made it.</summary>
    /// <param name="partId">The part.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<ReplayedDecision> ReplayAsync(string partId, CancellationToken cancellation = default) => GetAsync<ReplayedDecision>($"{PartUrl(partId)}/replay", cancellation);

    /// <summary>Confirms or overrules a verdict.</summary>
    /// <param name="partId">The part.</param>
    /// <param name="review">Verdict, name and reason.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<PartView> ReviewAsync(string partId, ReviewRequest review, CancellationToken cancellation = default) => SendAsync<PartView>(HttpMethod.Post, $"{PartUrl(partId)}/review", Json(review), cancellation);

    /// <summary>How many parts wait.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<QueueState> GetQueueAsync(CancellationToken cancellation = default) => GetAsync<QueueState>("v1/queue", cancellation);

    /// <summary>Verdicts by station and hour.</summary>
    /// <param name="hours">So many hours back.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<IReadOnlyList<StationHour>> GetHoursAsync(int hours = 24, CancellationToken cancellation = default)
        => GetAsync<IReadOnlyList<StationHour>>($"v1/stats?hours={hours.ToString(CultureInfo.InvariantCulture)}", cancellation);

    /// <summary>Drift and image quality by station.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<IReadOnlyList<StationState>> GetStationsAsync(CancellationToken cancellation = default) => GetAsync<IReadOnlyList<StationState>>("v1/stations", cancellation);

    /// <summary>The recipes.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<IReadOnlyList<RecipeView>> GetRecipesAsync(CancellationToken cancellation = default) => GetAsync<IReadOnlyList<RecipeView>>("v1/recipes", cancellation);

    /// <summary>All models.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<IReadOnlyList<ModelView>> GetModelsAsync(CancellationToken cancellation = default) => GetAsync<IReadOnlyList<ModelView>>("v1/models", cancellation);

    /// <summary>Stores a model file.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="file">The file.</param>
    /// <param name="activate">Whether it goes live at once.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<ModelFileView> UploadModelAsync(string name, Stream file, bool activate = false, CancellationToken cancellation = default)
        => SendAsync<ModelFileView>(HttpMethod.Put, $"{ModelUrl(name)}{(activate ? "?activate=true" : "")}", new StreamContent(file), cancellation);

    /// <summary>Makes a stored file live, between two parts.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="hash">The file.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<ModelSlot> ActivateModelAsync(string name, string hash, CancellationToken cancellation = default)
        => SendAsync<ModelSlot>(HttpMethod.Post, $"{ModelUrl(name)}/activate", Json(new { hash }), cancellation);

    /// <summary>Makes the file live that was so before.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<ModelSlot> RollBackModelAsync(string name, CancellationToken cancellation = default) => SendAsync<ModelSlot>(HttpMethod.Post, $"{ModelUrl(name)}/rollback", null, cancellation);

    /// <summary>Lets a stored file score beside the live one.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="hash">The file; null ends it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<ModelSlot> SetShadowAsync(string name, string? hash, CancellationToken cancellation = default)
        => SendAsync<ModelSlot>(HttpMethod.Put, $"{ModelUrl(name)}/shadow", Json(new { hash }), cancellation);

    /// <summary>Audit rows after a number, ascending.</summary>
    /// <param name="after">The number.</param>
    /// <param name="limit">At most so many, 1 to 1000.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<IReadOnlyList<AuditRow>> GetAuditAsync(long after = 0, int limit = 1000, CancellationToken cancellation = default)
        => GetAsync<IReadOnlyList<AuditRow>>(string.Create(CultureInfo.InvariantCulture, $"v1/audit?after={after}&limit={limit}"), cancellation);

    /// <summary>Looks at the whole audit chain.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<AuditVerification> VerifyAuditAsync(CancellationToken cancellation = default) => GetAsync<AuditVerification>("v1/audit/verify", cancellation);

    /// <summary>Whether the service takes parts in.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<bool> IsReadyAsync(CancellationToken cancellation = default)
    {
        using var response = await _http.GetAsync("health/ready", cancellation).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Watches verdicts as they are made, by whichever service of the line.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async IAsyncEnumerable<LineVerdict> WatchVerdictsAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var happened in EventsAsync(cancellation).ConfigureAwait(false))
            if (happened.EventType == "decided")
                yield return LineJson.Read<LineVerdict>(happened.Data);
    }

    /// <summary>Watches alarms of drift and image quality.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async IAsyncEnumerable<LineAlarm> WatchAlarmsAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var happened in EventsAsync(cancellation).ConfigureAwait(false))
            if (happened.EventType == "alarm")
                yield return LineJson.Read<LineAlarm>(happened.Data);
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await _http.GetAsync("v1/events", HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        await CheckAsync(response, cancellation).ConfigureAwait(false);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellation).ConfigureAwait(false))
            yield return item;
    }

    private async Task<HttpResponseMessage> PostAsync(ReadOnlyMemory<byte> image, PartToInspect? part, bool later, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/parts" + Query(("partId", part?.PartId), ("station", part?.Station), ("recipe", part?.Recipe)))
        {
            Content = new ReadOnlyMemoryContent(image) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
        };
        if (later)
            request.Headers.Add("Prefer", "respond-async");
        var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        try
        {
            await CheckAsync(response, cancellation).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<T> GetAsync<T>(string url, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(url, cancellation).ConfigureAwait(false);
        return await ReadAsync<T>(response, cancellation).ConfigureAwait(false);
    }

    private async Task<byte[]> BytesAsync(string url, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(url, cancellation).ConfigureAwait(false);
        await CheckAsync(response, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string url, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        return await ReadAsync<T>(response, cancellation).ConfigureAwait(false);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellation)
    {
        await CheckAsync(response, cancellation).ConfigureAwait(false);
        return LineJson.Read<T>(await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false));
    }

    private static async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
            return;
        Problem? problem = null;
        try
        {
            problem = await response.Content.ReadFromJsonAsync<Problem>(LineJson.Options, cancellation).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            // Something between answered, a proxy for instance.
        }
        throw new LineProblemException((int)response.StatusCode, response.Headers.RetryAfter?.Delta, problem?.Title ?? $"The service answered {(int)response.StatusCode}.",
            problem?.Expected ?? "An inspection service was expected.", problem?.Remedy ?? "Look at the address, and at what stands between.");
    }

    private static JsonContent Json<T>(T value) => JsonContent.Create(value, options: LineJson.Options);

    private static string PartUrl(string partId) => $"v1/parts/{Uri.EscapeDataString(partId)}";

    private static string ModelUrl(string name) => $"v1/models/{Uri.EscapeDataString(name)}";

    private static string WidthQuery(int? width) => width is { } w ? string.Create(CultureInfo.InvariantCulture, $"?width={w}") : "";

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var set = new List<string>();
        foreach (var (name, value) in values)
            if (value is not null)
                set.Add($"{name}={Uri.EscapeDataString(value)}");
        return set.Count > 0 ? "?" + string.Join('&', set) : "";
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose()
    {
        if (_own)
            _http.Dispose();
    }

    private sealed record Problem(string? Title, string? Expected, string? Remedy);
}
