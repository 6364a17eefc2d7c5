using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class HostileRequestTests
{
    [TestMethod]
    public async Task Five_hundred_mutated_requests_are_each_answered_and_nothing_is_written_outside_the_folders()
    {
        using var around = new TestFolder();
        string data = around.File("service/data/.").TrimEnd('.');
        await using var line = await TestLine.StartAsync(o => o with { Http = o.Http with { MaxImageBytes = 1 << 20, MaxPixels = 1_000_000 } }, data);
        var random = new Random(17);
        byte[][] seeds = [SmallModel.Png(1), Encoded.Bmp(8, 8, (_, _) => new SkiaSharp.SKColor(9, 9, 9)), Encoded.Skia(SkiaSharp.SKEncodedImageFormat.Jpeg, 16, 16, (y, x) => new SkiaSharp.SKColor((byte)y, (byte)x, 0)),
            Encoded.Tiff(4, 4, 8, new int[16], BitMiracle.LibTiff.Classic.Photometric.MINISBLACK)];
        string[] names = ["a", "..", "../x", "/etc/passwd", "a\0b", "C:\\x", "%2e%2e%2f", new string('a', 5000), "ä", " ", "a b", "a;b", ".hidden"];
        int[] counts = new int[600];
        for (int i = 0; i < 500; i++)
        {
            byte[] body = Mutate([.. seeds[random.Next(seeds.Length)]], random);
            HttpContent content = new ByteArrayContent(body);
            if (i % 4 == 1)
                content = new MultipartFormDataContent { { new StringContent(names[random.Next(names.Length)]), "partId" }, { new ByteArrayContent(body), "image", names[random.Next(names.Length)].Replace('\0', 'x').Replace(' ', 'x') } };
            if (i % 4 == 2)
            {
                content = new ByteArrayContent(Mutate(Encoding.UTF8.GetBytes("--x\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nabc\r\n--x--\r\n"), random));
                content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
            }
            string id = i % 3 == 0 ? $"&partId={Uri.EscapeDataString(names[random.Next(names.Length)])}" : "";
            using var response = await line.Client.PostAsync($"/v1/parts?station={Uri.EscapeDataString(i % 5 == 0 ? names[random.Next(names.Length)] : "cell")}{id}", content);
            int status = (int)response.StatusCode;
            string answer = await response.Content.ReadAsStringAsync();
            Assert.IsTrue(status is 200 or >= 400 and < 500, $"{status} {answer}");
            if (status >= 400 && answer.Length > 0)
                Assert.AreEqual(status, JsonDocument.Parse(answer).RootElement.GetProperty("status").GetInt32());
            counts[status]++;
        }
        Console.WriteLine(string.Join(", ", counts.Select((n, s) => (n, s)).Where(c => c.n > 0).Select(c => $"{c.s}: {c.n}")));
        Assert.IsGreaterThan(200, counts[415] + counts[400] + counts[413]);
        CollectionAssert.AreEqual(new[] { "service" }, Directory.GetFileSystemEntries(around.Path).Select(Path.GetFileName).ToArray());
        CollectionAssert.AreEqual(new[] { "data" }, Directory.GetFileSystemEntries(around.File("service/.")).Select(Path.GetFileName).ToArray());
        Assert.IsNotNull((await line.InspectAsync("good", SmallModel.Png(1))).Verdict);
        Assert.IsTrue((await AuditChain.VerifyAsync(line.Journal, default)).Intact);
    }

    [TestMethod]
    public async Task A_sender_that_dawdles_is_cut_off_and_leaves_nothing()
    {
        await using var line = await TestLine.StartAsync(o => o with { Http = o.Http with { MinBytesPerSecond = 10_000 } });
        using var socket = new TcpClient();
        await socket.ConnectAsync(line.Client.BaseAddress!.Host, line.Client.BaseAddress.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/parts?partId=slow HTTP/1.1\r\nHost: {line.Client.BaseAddress.Authority}\r\nContent-Length: 100000\r\n\r\n"));
        await stream.WriteAsync(SmallModel.Png(1).AsMemory(0, 50));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(stream);
        string answer = await reader.ReadToEndAsync(limit.Token);
        StringAssert.Contains(answer, "408");
        Assert.IsNull(await line.Journal.FindAsync("slow", default));
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        for (int i = random.Next(1, 8); i > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
