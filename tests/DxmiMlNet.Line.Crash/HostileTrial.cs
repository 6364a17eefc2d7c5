using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DxmiMlNet.Line.Client;
using SkiaSharp;

namespace DxmiMlNet.Line.Crash;

/// <summary>
/// Requests that no honest sender makes: damaged images, forms and JSON, images that claim to be huge, wrong lengths, long headers, names that are paths, no key, a key of a lesser role, senders that
/// dawdle. Each must be refused with a problem document (or, where the damage is beyond an image's header, decided as Review), nothing may be written outside of the service's folders, memory stays
/// bounded, and the service goes on.
/// </summary>
internal sealed class HostileTrial(int requests, int seed) : Trial
{
    private const string LineKey = "line-key-line-key", ReviewKey = "review-key-review", AdminKey = "admin-key-admin-key";
    private static readonly string[] s_names = ["..", "../x", "../../etc/passwd", "/etc/passwd", "a\0b", "C:\\x", "%2e%2e%2f", new('a', 5000), "ä", " ", "a b", "a;b", ".hidden", "a/b", "con\n", "'; DROP TABLE parts; --"];

    private readonly SortedDictionary<string, int> _counts = [];
    private readonly List<string> _odd = [];
    private readonly Lock _gate = new();
    private int _undocumented;

    public async Task<int> RunAsync()
    {
        string around = Directory.CreateDirectory(In("around")).FullName;
        TrialModel.Train(In("good"), Model);
        var (service, client) = Service("hostile", s =>
        {
            s["DataFolder"] = Path.Combine(around, "data");
            s["Http"] = new
            {
                Url = "{PORT}", MaxImageBytes = 1 << 20, MaxPixels = 1_000_000, MinBytesPerSecond = 10_000,
                Keys = new[] { new { Name = "plc", Key = LineKey, Role = "Line" }, new { Name = "qa", Key = ReviewKey, Role = "Reviewer" }, new { Name = "boss", Key = AdminKey, Role = "Admin" } },
            };
            return s;
        }, AdminKey);
        using (service)
        {
            service.Start();
            await ReadyAsync(client);
            for (int i = 0; i < 100; i++)
                await client.InspectAsync(TrialModel.Photograph(i, false));
            long memory = service.ResidentBytes, most = memory;
            var address = client.Address;
            using var end = new CancellationTokenSource();
            var watching = Task.Run(async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    most = Math.Max(most, service.ResidentBytes);
                    await Task.Delay(100);
                }
            });
            int next = 0;
            await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
            {
                using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
                for (int i; (i = Interlocked.Increment(ref next)) <= requests;)
                    await OneAsync(http, address, i, new Random(seed + i));
            })));
            await end.CancelAsync();
            await watching;
            var verdict = await client.InspectAsync(TrialModel.Photograph(3, false), new PartToInspect { PartId = "after-all" });
            var audit = await client.VerifyAuditAsync();
            string[] outside = [.. Directory.GetFileSystemEntries(around).Select(path => Path.GetFileName(path)!).Where(name => name != "data")];
            string[] beside = [.. Directory.GetFileSystemEntries(Path.Combine(around, "data")).Select(path => Path.GetFileName(path)!).Where(name => name is not ("images" or "models" or "keys") && !name.StartsWith("journal.db", StringComparison.Ordinal))];
            Console.WriteLine($"requests {requests}: {string.Join(", ", _counts.Select(c => $"{c.Key} {c.Value}"))}");
            Console.WriteLine($"answers without a problem document {_undocumented} (by the HTTP server itself, of requests that are no HTTP), odd {_odd.Count}, written outside {outside.Length + beside.Length}, "
                + $"memory {memory >> 20} MB before, {most >> 20} MB at most, afterwards a part gets {verdict.Verdict} ({(verdict.Reason is null ? "by its score" : verdict.Reason)}), audit {(audit.Intact ? "intact" : audit.Problem)}");
            foreach (string odd in _odd.Take(10))
                Console.WriteLine($"  odd: {odd}");
            return End(_odd.Count == 0 && outside.Length + beside.Length == 0 && most < memory + (512L << 20) && verdict.Reason is null && audit.Intact);
        }
    }

    private async Task OneAsync(HttpClient http, Uri address, int number, Random random)
    {
        string kind = "";
        try
        {
            (kind, int status, string type, string body) = (number % 25) switch
            {
                0 => await SendAsync("no key", http, new HttpRequestMessage(Any(random, HttpMethod.Get, HttpMethod.Post), Any(random, "/v1/parts", "/v1/audit", "/v1/models", "/v1/parts/a/overlay", "/_blazor/negotiate", "/metrics")), null),
                1 => await SendAsync("wrong role", http, new HttpRequestMessage(HttpMethod.Put, "/v1/models/part") { Content = new ByteArrayContent(new byte[100]) }, Any(random, LineKey, ReviewKey)),
                2 => await SendAsync("wrong role", http, new HttpRequestMessage(HttpMethod.Post, "/v1/parts/a/review") { Content = new StringContent("{}") }, LineKey),
                3 => await SendAsync("wrong key", http, new HttpRequestMessage(HttpMethod.Get, "/v1/queue"), Any(random, "x", LineKey + "x", new string('k', 4000))),
                4 or 5 => await SendAsync("path as a name", http, Post(Image(random), random), LineKey),
                6 => await SendAsync("path in the address", http, new HttpRequestMessage(HttpMethod.Get, $"/v1/parts/{Uri.EscapeDataString(Any(random, s_names))}{Any(random, "", "/image", "/overlay", "/replay")}"), ReviewKey),
                7 => await SendAsync("model as a path", http, new HttpRequestMessage(HttpMethod.Put, $"/v1/models/{Uri.EscapeDataString("../" + random.Next())}") { Content = new ByteArrayContent(new byte[50]) }, AdminKey),
                8 => await SendAsync("damaged model", http, new HttpRequestMessage(HttpMethod.Put, $"/v1/models/m{random.Next(3)}?activate=true") { Content = new ByteArrayContent(Mutate(File.ReadAllBytes(Model), random)) }, AdminKey),
                9 or 10 => await SendAsync("huge claims", http, new HttpRequestMessage(HttpMethod.Post, $"/v1/parts?partId=h{number}") { Content = new ByteArrayContent(Huge(random)) }, LineKey),
                11 or 12 => await SendAsync("damaged JSON", http, new HttpRequestMessage(HttpMethod.Post, $"/v1/parts/{Any(random, "a", "b")}/review") { Content = Json(random) }, ReviewKey),
                13 or 14 or 15 => await SendAsync("damaged form", http, new HttpRequestMessage(HttpMethod.Post, "/v1/parts") { Content = Form(random) }, LineKey),
                16 => await RawAsync("wrong length", address, $"POST /v1/parts?partId=w{number} HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {LineKey}\r\nContent-Length: {Any(random, "-1", "abc", "99999999999999999999", "9999999999", "5")}\r\nConnection: close\r\n\r\nabcdefg\r\n\r\n"),
                17 => await RawAsync("long headers", address, $"GET /v1/queue HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {LineKey}\r\n{string.Concat(Enumerable.Range(0, random.Next(110, 400)).Select(i => $"X-{i}: {new string('h', 400)}\r\n"))}Connection: close\r\n\r\n"),
                18 => await RawAsync("no HTTP", address, Any(random, "\0\0\0\0", "GET\r\n\r\n", "GET / HTTP/x\r\n\r\n", new string('G', 20_000), "POST /v1/parts HTTP/1.1\r\nHost: a b\r\n\r\n") + "\r\n\r\n"),
                19 when number % 100 == 19 => await RawAsync("dawdling", address, $"POST /v1/parts?partId=d{number} HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {LineKey}\r\nContent-Length: 100000\r\n\r\nabc", finish: false),
                _ => await SendAsync("damaged image", http, new HttpRequestMessage(HttpMethod.Post, $"/v1/parts?partId=i{number}&station=cell") { Content = new ByteArrayContent(Mutate(Image(random), random)) }, LineKey),
            };
            bool documented = type == "application/problem+json" && JsonDocument.Parse(body).RootElement.GetProperty("status").GetInt32() == status;
            // Damage beyond the header: the part is taken in, and a person looks at it, or its score decides.
            bool decided = status == 200 && kind is "damaged image" or "damaged form" && body.Contains("\"verdict\"");
            // Damage where it does not matter, in the dates of the archive for instance: it scores its reference images as it says.
            bool stored = status == 201 && kind == "damaged model";
            bool byServer = type.Length == 0 && status is 400 or 408 or 413 or 414 or 431;
            lock (_gate)
            {
                string verdict = decided ? "decided" : stored ? "stored" : status.ToString();
                _counts[verdict] = _counts.GetValueOrDefault(verdict) + 1;
                if (byServer)
                    _undocumented++;
                if (!(decided || stored || (status is >= 400 and < 500 && (documented || byServer))))
                    _odd.Add($"{kind}: {status} {type} {body[..Math.Min(200, body.Length)]}");
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or TaskCanceledException or JsonException)
        {
            lock (_gate)
                _odd.Add($"{kind} {number % 25}: {e.GetType().Name} {e.Message}");
        }
    }

    private static async Task<(string Kind, int Status, string Type, string Body)> SendAsync(string kind, HttpClient http, HttpRequestMessage request, string? key)
    {
        using (request)
        {
            if (key is not null)
                request.Headers.TryAddWithoutValidation("X-Api-Key", key);
            using var response = await http.SendAsync(request);
            return (kind, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsStringAsync());
        }
    }

    private static async Task<(string Kind, int Status, string Type, string Body)> RawAsync(string kind, Uri address, string request, bool finish = true)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        string answer = "";
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
            if (finish)
                client.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            answer = await reader.ReadToEndAsync(limit.Token);
        }
        catch (IOException) when (finish)
        {
            // It closed the connection while we still wrote: an answer, too.
            return (kind, 400, "", "");
        }
        // Closed without a word, as HTTP allows where nothing understandable came.
        if (answer.Length == 0)
            return (kind, 400, "", "");
        string[] halves = answer.Split("\r\n\r\n", 2);
        string type = halves[0].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Type: ", StringComparison.OrdinalIgnoreCase))?["Content-Type: ".Length..].Split(';')[0] ?? "";
        string body = halves.Length > 1 ? halves[1] : "";
        return (kind, int.Parse(answer.Split(' ')[1]), type, body.Contains('{') ? body[body.IndexOf('{')..(body.LastIndexOf('}') + 1)] : body);
    }

    private static HttpRequestMessage Post(byte[] image, Random random)
    {
        string Name() => Uri.EscapeDataString(Any(random, s_names));
        return random.Next(2) == 0
            ? new HttpRequestMessage(HttpMethod.Post, $"/v1/parts?partId={Name()}&station={Name()}") { Content = new ByteArrayContent(image) }
            : new HttpRequestMessage(HttpMethod.Post, "/v1/parts") { Content = new MultipartFormDataContent { { new StringContent(Any(random, s_names)), "partId" }, { new StringContent(Any(random, s_names)), "recipe" }, { new ByteArrayContent(image), "image", "x.png" } } };
    }

    private static StringContent Json(Random random)
    {
        byte[] bytes = Mutate(Encoding.UTF8.GetBytes("""{ "verdict": "Pass", "reviewer": "Ada", "reason": "dust", "more": [[[1]]] }"""), random);
        string text = random.Next(4) == 0 ? new string('[', 5000) : Encoding.Latin1.GetString(bytes);
        return new StringContent(text, Encoding.UTF8, "application/json");
    }

    private static ByteArrayContent Form(Random random)
    {
        byte[] image = Image(random);
        byte[] form = [.. Encoding.UTF8.GetBytes("--x\r\nContent-Disposition: form-data; name=\"partId\"\r\n\r\n../f\r\n--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"../../x.png\"\r\n\r\n"), .. image, .. "\r\n--x--\r\n"u8];
        var content = new ByteArrayContent(Mutate(form, random));
        content.Headers.TryAddWithoutValidation("Content-Type", Any(random, "multipart/form-data; boundary=x", "multipart/form-data; boundary=" + new string('b', 200), "multipart/form-data", "multipart/form-data; boundary=\"\""));
        return content;
    }

    // A PNG or TIFF whose header claims 50,000 x 50,000 pixels.
    private static byte[] Huge(Random random)
    {
        if (random.Next(2) == 0)
        {
            byte[] png = TrialModel.Photograph(1, false);
            BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 50_000);
            BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 50_000);
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), System.IO.Hashing.Crc32.HashToUInt32(png.AsSpan(12, 17)));
            return png;
        }
        byte[] bmp = Bmp();
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 50_000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 50_000);
        return bmp;
    }

    private static byte[] Image(Random random) => random.Next(4) switch
    {
        0 => TrialModel.Photograph(random.Next(20), false),
        1 => Encoded(SKEncodedImageFormat.Jpeg),
        2 => Bmp(),
        _ => Tiff(),
    };

    private static byte[] Encoded(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(64, 64);
        bitmap.Erase(new SKColor(90, 120, 60));
        using var data = bitmap.Encode(format, 80);
        return data.ToArray();
    }

    // 64 x 64, 24 bits.
    private static byte[] Bmp()
    {
        byte[] bmp = new byte[54 + 64 * 64 * 3];
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(2), bmp.Length);
        bmp[10] = 54;
        bmp[14] = 40;
        bmp[18] = bmp[22] = 64;
        bmp[26] = 1;
        bmp[28] = 24;
        return bmp;
    }

    // 64 x 64, 8 bits grey, one strip.
    private static byte[] Tiff()
    {
        (int Tag, int Type, int Value)[] entries = [(256, 3, 64), (257, 3, 64), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1), (278, 3, 64), (279, 4, 4096)];
        byte[] tiff = new byte[8 + 4096 + 2 + entries.Length * 12 + 4];
        "II*\0"u8.CopyTo(tiff);
        BinaryPrimitives.WriteInt32LittleEndian(tiff.AsSpan(4), 8 + 4096);
        BinaryPrimitives.WriteInt16LittleEndian(tiff.AsSpan(8 + 4096), (short)entries.Length);
        for (int i = 0; i < entries.Length; i++)
        {
            var entry = tiff.AsSpan(8 + 4096 + 2 + 12 * i);
            BinaryPrimitives.WriteInt16LittleEndian(entry, (short)entries[i].Tag);
            BinaryPrimitives.WriteInt16LittleEndian(entry[2..], (short)entries[i].Type);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], 1);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], entries[i].Value);
        }
        return tiff;
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        for (int i = random.Next(1, 12); i > 0; i--)
            bytes[random.Next(random.Next(2) == 0 ? Math.Min(64, bytes.Length) : bytes.Length)] = (byte)random.Next(256);
        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static T Any<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
