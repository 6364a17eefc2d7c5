using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DxmiMlNet.Line.Dashboard;

/// <summary>Signing in with a key: a browser then sends a cookie that stands for it, which ends after a shift and with the key.</summary>
internal sealed class SignIn(IDataProtectionProvider protection)
{
    private const string Cookie = "dxmi-line", Path = "/sign-in";
    private static readonly TimeSpan s_shift = TimeSpan.FromHours(12);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("DxmiMlNet.Line.SignIn").ToTimeLimitedDataProtector();

    /// <summary>The hash of the key that a browser signed in with, hexadecimal; null for none.</summary>
    public string? KeyHashOf(HttpContext context)
    {
        try
        {
            return context.Request.Cookies[Cookie] is { Length: > 0 } cookie ? _protector.Unprotect(cookie) : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;   // too old, or made up
        }
    }

    public static string AddressFor(HttpRequest request) => $"{Path}?to={Uri.EscapeDataString(request.Path + request.QueryString)}";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (string? to) => Page(to, wrong: false)).ExcludeFromDescription();
        app.MapPost(Path, async (HttpContext context, SignIn signIn, ApiKeys keys) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
            string? to = form["to"];
            if (keys.HashOf(form["key"].ToString().Trim()) is not { } hash)
                return Page(to, wrong: true);
            context.Response.Cookies.Append(Cookie, signIn._protector.Protect(hash, s_shift),
                new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, MaxAge = s_shift, IsEssential = true, Path = "/" });
            return Results.LocalRedirect(IsHere(to) ? to! : "/");
        }).WithMetadata(new NoAntiforgery()).ExcludeFromDescription();
        app.MapPost("/sign-out", (HttpContext context) =>
        {
            context.Response.Cookies.Delete(Cookie);
            return Results.LocalRedirect(Path);
        }).WithMetadata(new NoAntiforgery()).ExcludeFromDescription();
    }

    private static bool IsHere(string? to) => to is ['/', ..] && !to.StartsWith("//", StringComparison.Ordinal) && !to.Contains('\\', StringComparison.Ordinal);

    private static IResult Page(string? to, bool wrong) => Results.Content($"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in - Inspection line</title>
        <link rel="icon" href="data:,"><link rel="stylesheet" href="/line.css"></head>
        <body><main class="line-sign"><form method="post" action="{Path}">
        <h1>Inspection line</h1>
        {(wrong ? "<p class=\"wrong\" role=\"alert\">This key is unknown.</p>" : "<p>Sign in with your key.</p>")}
        <label for="key">Key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
        <input name="to" type="hidden" value="{WebUtility.HtmlEncode(IsHere(to) ? to : "/")}">
        <button type="submit">Sign in</button>
        </form></main></body></html>
        """, "text/html; charset=utf-8", statusCode: wrong ? 401 : 200);

    // Pages of other sites are refused by their origin, and the cookie is not sent from there.
    private sealed class NoAntiforgery : IAntiforgeryMetadata
    {
        public bool RequiresValidation => false;
    }
}
