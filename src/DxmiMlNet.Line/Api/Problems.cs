using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace DxmiMlNet.Line;

/// <summary>Errors as problem documents (RFC 9457): title is what is wrong, with "expected" and "remedy" beside it.</summary>
internal static class Problems
{
    public static IResult Of(HttpContext context, RefusedException e)
    {
        if (e.IsTemporary)
            context.Response.Headers.RetryAfter = (e.Why == Refusal.Full ? 1 : 5).ToString(CultureInfo.InvariantCulture);
        return Of(StatusOf(e.Why), e, e.Why.ToString());
    }

    public static IResult Of(int status, DxmiException e, string? code = null)
        => Results.Problem(title: e.What, statusCode: status, extensions: new Dictionary<string, object?> { ["expected"] = e.Expected, ["remedy"] = e.Remedy, ["code"] = code });

    public static IResult NotFound(string what) => Of(404, new DxmiException(what, "One that is known here was expected.", "Check the name."));

    private static int StatusOf(Refusal why) => why switch
    {
        Refusal.Invalid => 400,
        Refusal.UnknownRecipe => 422,
        Refusal.TooLarge => 413,
        Refusal.NoImage => 415,
        Refusal.NoModel => 409,
        Refusal.Full => 429,
        Refusal.DiskFull => 507,
        _ => 503,
    };
}
