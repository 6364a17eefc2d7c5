using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace DxmiMlNet.Line;

/// <summary>
/// Posts verdicts. The header <c>Dxmi-Signature: t=SECONDS,v1=HEX</c> holds the HMAC-SHA-256 of "SECONDS.BODY" with the shared secret: the receiver knows who sent it, and when.
/// </summary>
internal sealed class WebhookSink(WebhookOptions options, HttpClient client, TimeProvider clock) : IVerdictSink
{
    public const string SignatureHeader = "Dxmi-Signature", PartHeader = "Dxmi-Part-Id";

    public string Name => $"webhook {options.Url}";

    public async Task SendAsync(OutboxItem item, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(item.Body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Add(SignatureHeader, Sign(options.Secret, clock.GetUtcNow().ToUnixTimeSeconds(), item.Body));
        request.Headers.Add(PartHeader, item.PartId);
        using var response = await client.SendAsync(request, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The signature of a body.</summary>
    public static string Sign(string secret, long seconds, string body)
    {
        string time = seconds.ToString(CultureInfo.InvariantCulture);
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}")))}";
    }
}

/// <summary>Writes verdicts as files: FOLDER/PARTID.json, whole or not at all.</summary>
internal sealed class ResultFileSink(string folder) : IVerdictSink
{
    public string Name => "file";

    public async Task SendAsync(OutboxItem item, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, item.PartId + ".json"), temporary = path + ".tmp";
        await File.WriteAllTextAsync(temporary, item.Body, cancellation).ConfigureAwait(false);
        File.Move(temporary, path, overwrite: true);
    }
}
