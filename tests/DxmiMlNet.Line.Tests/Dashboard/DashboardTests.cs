using System.Net;
using Deque.AxeCore.Playwright;
using DxmiMlNet.Decisions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DxmiMlNet.Line.Tests;

/// <summary>The page in a real browser.</summary>
[TestClass]
public sealed class DashboardTests
{
    [TestMethod]
    public async Task A_part_appears_with_verdict_and_heat_map_while_somebody_looks_and_nothing_comes_from_elsewhere()
    {
        await using var line = await TestLine.StartAsync();
        await using var page = await Browser.OpenAsync(line);
        await page.GoAsync("/");
        await Expect(page.Text("No parts yet. They appear here as soon as they are decided.")).ToBeVisibleAsync();
        await line.InspectAsync("part-1", SmallModel.Png(2, scratched: true), "station=cell-7");
        var card = page.View.Locator("a.line-card", new() { HasText = "part-1" });
        await Expect(card).ToContainTextAsync("Reject");
        await Expect(card).ToContainTextAsync("cell-7");
        var map = card.GetByAltText("Heat map of part part-1");
        await Expect(map).ToHaveJSPropertyAsync("complete", true);
        Assert.IsGreaterThan(0, await map.EvaluateAsync<int>("e => e.naturalWidth"));
        await card.ClickAsync();
        await Expect(page.View.GetByRole(AriaRole.Heading, new() { Name = "Part part-1" })).ToBeVisibleAsync();
        await page.Button("Replay").ClickAsync();
        await Expect(page.Text("They agree.")).ToBeVisibleAsync();
        Assert.IsEmpty(page.Complaints, string.Join('\n', page.Complaints));
    }

    [TestMethod]
    public async Task Parts_are_reviewed_with_keys_alone_and_the_record_has_name_and_reason()
    {
        await using var line = await TestLine.StartAsync();
        foreach (int i in new[] { 1, 2, 3 })
            await line.InspectAsync($"bad-{i}", SmallModel.Png(i, scratched: true));
        await using var page = await Browser.OpenAsync(line);
        await page.GoAsync("/review");
        var chosen = page.View.Locator(".line-row.chosen");
        await Expect(chosen).ToContainTextAsync("bad-1");
        await page.View.Keyboard.PressAsync("n");
        await Expect(chosen).ToContainTextAsync("bad-2");
        await page.View.Keyboard.PressAsync("o");
        await Expect(page.View.GetByText("Say who you are")).ToBeVisibleAsync();
        await page.View.Keyboard.TypeAsync("Ada");
        await page.View.Keyboard.PressAsync("Escape");
        await page.View.Keyboard.PressAsync("2");
        await page.View.Keyboard.PressAsync("o");
        await Expect(chosen).ToContainTextAsync("bad-3");
        await page.View.Keyboard.PressAsync("c");
        await Expect(chosen).ToContainTextAsync("bad-1");
        await Expect(page.View.Locator(".line-row")).ToHaveCountAsync(1);
        var overruled = (await line.ReadAsync<PartView>("/v1/parts/bad-2")).Review!;
        Assert.AreEqual((Verdicts.Pass, "Ada", "Dust or dirt", true), (overruled.Verdict, overruled.Reviewer, overruled.Reason, overruled.Overruled));
        var confirmed = (await line.ReadAsync<PartView>("/v1/parts/bad-3")).Review!;
        Assert.AreEqual((Verdicts.Reject, "Real defect", false), (confirmed.Verdict, confirmed.Reason, confirmed.Overruled));
        await page.View.ReloadAsync();
        await Expect(page.View.GetByLabel("Your name")).ToHaveValueAsync("Ada");
    }

    [TestMethod]
    public async Task A_shadow_is_compared_with_the_live_model_made_live_and_rolled_back()
    {
        await using var line = await TestLine.StartAsync();
        string first = (await line.ReadAsync<ModelView>("/v1/models/part")).Live!;
        using var put = await line.Client.PutAsync("/v1/models/part", new ByteArrayContent(File.ReadAllBytes(SmallModel.OtherPath)));
        string second = LineJson.Read<ModelFileView>(await put.Content.ReadAsStringAsync()).Hash;
        await using var page = await Browser.OpenAsync(line);
        await page.GoAsync("/models");
        await page.Button("Shadow").ClickAsync();
        await Expect(page.Text("shadow: scores without a say")).ToBeVisibleAsync();
        for (int i = 0; i < 10; i++)
            await line.InspectAsync($"p{i}", SmallModel.Png(i));
        await Expect(page.View.GetByText("of the last 10 parts have the same verdict")).ToBeVisibleAsync();
        await page.Button("Make live").ClickAsync();
        await Expect(page.Button($"Roll back to {first[..12]}")).ToBeVisibleAsync();
        Assert.AreEqual(second, (await line.InspectAsync("after", SmallModel.Png(1))).Model!.Hash);
        await page.Button($"Roll back to {first[..12]}").ClickAsync();
        await Expect(page.Button($"Roll back to {second[..12]}")).ToBeVisibleAsync();
        Assert.AreEqual(first, (await line.InspectAsync("again", SmallModel.Png(1))).Model!.Hash);
    }

    [TestMethod]
    public async Task Trends_show_drift_latencies_and_hours_of_each_station()
    {
        await using var line = await TestLine.StartAsync();
        for (int i = 0; i < 8; i++)
            await line.InspectAsync($"p{i}", SmallModel.Png(i, scratched: i == 7), $"station=cell-{i % 2}");
        await using var page = await Browser.OpenAsync(line);
        await page.GoAsync("/trends");
        await Expect(page.View.GetByRole(AriaRole.Img, new() { Name = "Scores of the last parts" })).ToBeVisibleAsync();
        await Expect(page.View.GetByText("no drift")).ToHaveCountAsync(2);
        await Expect(page.View.GetByRole(AriaRole.Row, new() { Name = "Total" })).ToBeVisibleAsync();
        Assert.AreEqual(8, await page.View.GetByLabel("Scores of the last parts").Locator("title").CountAsync());
        await page.View.GetByRole(AriaRole.Combobox).ClickAsync();
        await page.View.GetByRole(AriaRole.Option, new() { Name = "cell-1" }).ClickAsync();
        await Expect(page.View.GetByText("no drift")).ToHaveCountAsync(1);
    }

    [TestMethod]
    public async Task With_keys_a_person_signs_in_and_may_do_what_the_key_may()
    {
        ApiKeyOptions[] keys = [new() { Name = "plc", Key = "line-key-line-key", Role = ApiRole.Line }, new() { Name = "qa", Key = "review-key-review", Role = ApiRole.Reviewer }];
        await using var line = await TestLine.StartAsync(o => o with { Http = o.Http with { Keys = [.. keys] } });
        line.Client.DefaultRequestHeaders.Add("X-Api-Key", keys[0].Key);
        await line.InspectAsync("bad", SmallModel.Png(2, scratched: true));
        await using var page = await Browser.OpenAsync(line);
        await page.View.GotoAsync("/review");
        await Expect(page.View).ToHaveTitleAsync("Sign in - Inspection line");
        await page.View.GetByLabel("Key").FillAsync("line-key-line-kez");
        await page.Button("Sign in").ClickAsync();
        await Expect(page.View.GetByText("This key is unknown.")).ToBeVisibleAsync();
        await page.View.GetByLabel("Key").FillAsync(keys[0].Key);
        await page.Button("Sign in").ClickAsync();
        await Expect(page.View.GetByText("the role Reviewer is needed")).ToBeVisibleAsync();
        Assert.EndsWith("/review", page.View.Url);
        await Expect(page.View.GetByAltText("Heat map of part bad")).ToHaveJSPropertyAsync("complete", true);
        await page.Button("Sign out plc").ClickAsync();
        await Expect(page.View).ToHaveTitleAsync("Sign in - Inspection line");
        await page.View.GetByLabel("Key").FillAsync(keys[1].Key);
        await page.Button("Sign in").ClickAsync();
        await page.View.GotoAsync("/review");
        await Expect(page.Button("Overrule: good")).ToBeVisibleAsync();
    }

    [TestMethod]
    public async Task The_page_its_connection_and_its_pictures_need_a_key_where_there_are_keys()
    {
        await using var line = await TestLine.StartAsync(o => o with { Http = o.Http with { Keys = [new() { Name = "a", Key = "line-key-line-key", Role = ApiRole.Line }] } });
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = line.Client.BaseAddress };
        foreach (string page in new[] { "/", "/review", "/models", "/trends", "/parts/x" })
        {
            using var response = await client.GetAsync(page);
            Assert.AreEqual((HttpStatusCode.Redirect, $"/sign-in?to={Uri.EscapeDataString(page)}"), (response.StatusCode, response.Headers.Location!.ToString()));
        }
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await client.PostAsync("/_blazor/negotiate?negotiateVersion=1", null)).StatusCode);
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/parts/x/overlay")).StatusCode);
        // The way back from signing in leads nowhere else.
        using var signedIn = await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("key", "line-key-line-key"), new("to", "//elsewhere.example")]));
        Assert.AreEqual("/", signedIn.Headers.Location!.ToString());
        StringAssert.Contains(string.Join(';', signedIn.Headers.GetValues("Set-Cookie")), "samesite=strict; httponly");
    }

    [TestMethod]
    [DataRow("/_content/MudBlazor/MudBlazor.min.css", "text/css")]
    [DataRow("/_content/MudBlazor/MudBlazor.min.js", "text/javascript")]
    [DataRow("/_framework/blazor.web.js", "text/javascript")]
    [DataRow("/line.css", "text/css")]
    [DataRow("/line.js", "text/javascript")]
    public async Task What_a_browser_loads_is_inside_the_program(string url, string type)
    {
        await using var line = await TestLine.StartAsync();
        using var response = await line.Client.GetAsync(url);
        Assert.AreEqual((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.IsGreaterThan(500, (await response.Content.ReadAsByteArrayAsync()).Length);
        using var again = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "If-None-Match", response.Headers.ETag!.ToString() } } };
        Assert.AreEqual(HttpStatusCode.NotModified, (await line.Client.SendAsync(again)).StatusCode);
    }

    [TestMethod]
    public async Task A_theme_that_was_chosen_stays()
    {
        await using var line = await TestLine.StartAsync();
        await using var page = await Browser.OpenAsync(line);
        await page.GoAsync("/");
        await Expect(page.View.Locator(".line-light")).ToHaveCountAsync(1);
        await page.Button("Dark theme").ClickAsync();
        await Expect(page.View.Locator(".line-dark")).ToHaveCountAsync(1);
        await page.GoAsync("/trends");
        await Expect(page.View.Locator(".line-dark")).ToHaveCountAsync(1);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Every_page_is_accessible_in_both_themes(bool dark)
    {
        await using var line = await TestLine.StartAsync();
        for (int i = 0; i < 4; i++)
            await line.InspectAsync($"p{i}", SmallModel.Png(i, scratched: i > 1));
        await using var page = await Browser.OpenAsync(line, dark);
        foreach (string url in new[] { "/", "/trends", "/review", "/models", "/parts/p3" })
        {
            await page.GoAsync(url);
            if (dark)
                await Expect(page.View.Locator(".line-dark")).ToHaveCountAsync(1);
            await page.View.WaitForTimeoutAsync(500);   // colours have changed
            var found = await page.View.RunAxe();
            Assert.IsEmpty(found.Violations, string.Join('\n', found.Violations.Select(v => $"{url}: {v.Id} {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}")));
        }
    }

    [TestMethod]
    public async Task Pages_fit_on_a_tablet_and_a_phone()
    {
        await using var line = await TestLine.StartAsync();
        await line.InspectAsync("p", SmallModel.Png(1, scratched: true));
        await using var page = await Browser.OpenAsync(line);
        foreach (var (width, height) in new[] { (1024, 768), (768, 1024), (390, 844) })
        {
            await page.View.SetViewportSizeAsync(width, height);
            foreach (string url in new[] { "/", "/trends", "/review", "/models", "/parts/p" })
            {
                await page.GoAsync(url);
                Assert.IsLessThanOrEqualTo(width, await page.View.EvaluateAsync<int>("document.documentElement.scrollWidth"), $"{url} at {width}");
            }
        }
    }
}
