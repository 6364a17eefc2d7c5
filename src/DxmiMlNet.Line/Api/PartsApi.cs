using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DxmiMlNet.Line;

/// <summary>A part as it is answered.</summary>
/// <param name="PartId">The part.</param>
/// <param name="Station">Where it was photographed.</param>
/// <param name="Recipe">How it is judged.</param>
/// <param name="Source">How it came: http, folder, mqtt, camera.</param>
/// <param name="State">How far it is.</param>
/// <param name="AcceptedAt">When it was on disk.</param>
/// <param name="Deadline">When its verdict must be there.</param>
/// <param name="HasImage">Whether its image is still there.</param>
/// <param name="StatusUrl">Where to ask again.</param>
/// <param name="Verdict">Its one verdict; null until it is decided.</param>
/// <param name="Review">What a person made of it; null where none has looked.</param>
public sealed record PartView(string PartId, string Station, string Recipe, string Source, PartState State, DateTimeOffset AcceptedAt, DateTimeOffset Deadline, bool HasImage,
    string StatusUrl, LineVerdict? Verdict, PartReview? Review)
{
    internal static PartView Of(Part part) => new(part.PartId, part.Station, part.Recipe, part.Source, part.State, part.AcceptedAt, part.Deadline, !part.ImageGone,
        PartsApi.UrlOf(part.PartId), part.Verdict is { } json ? LineJson.Read<LineVerdict>(json) : null, part.Review);
}

/// <summary>What a reviewer says.</summary>
/// <param name="Verdict">Pass or Reject.</param>
/// <param name="Reviewer">Name of the person.</param>
/// <param name="Reason">Why.</param>
public sealed record ReviewRequest(string? Verdict, string? Reviewer, string? Reason);

/// <summary>Parts in, verdicts out.</summary>
internal static class PartsApi
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);
    private const int MostListed = 500;

    public static string UrlOf(string partId) => $"/v1/parts/{partId}";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/parts", PostAsync).Needs(ApiRole.Line).WithSummary("Inspects a part").WithDescription(
            "The body is an image file, or a form with the fields image, partId, station, recipe. Answers with the verdict; with 'Prefer: respond-async' at once with 202 and a status address.")
            .Accepts<IFormFile>("image/png", "image/jpeg", "image/bmp", "image/tiff", "application/octet-stream", "multipart/form-data")
            .Produces<LineVerdict>().Produces<PartView>(202).ProducesProblem(400).ProducesProblem(413).ProducesProblem(415).ProducesProblem(429).ProducesProblem(507);
        app.MapGet("/v1/parts/{id}", GetAsync).Needs(ApiRole.Line).WithSummary("A part").Produces<PartView>().ProducesProblem(404);
        app.MapGet("/v1/parts", ListAsync).Needs(ApiRole.Line).WithSummary("Parts, the newest first").Produces<PartView[]>().ProducesProblem(400);
        app.MapGet("/v1/parts/{id}/image", ImageAsync).Needs(ApiRole.Line).WithSummary("The photograph of a part; with ?width= a JPEG so wide").ProducesProblem(404);
        app.MapGet("/v1/parts/{id}/overlay", OverlayAsync).Needs(ApiRole.Line).WithSummary("The photograph with the heat map over it, PNG; with ?width= a JPEG so wide").ProducesProblem(404);
        app.MapGet("/v1/parts/{id}/replay", ReplayAsync).Needs(ApiRole.Reviewer).WithSummary("The decision made again with its model").Produces<ReplayedDecision>().ProducesProblem(404);
        app.MapPost("/v1/parts/{id}/review", ReviewAsync).Needs(ApiRole.Reviewer).WithSummary("Confirms or overrules a verdict").Produces<PartView>().ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<IResult> PostAsync(HttpContext context, PartUpload upload, PartIntake intake, UploadSlots slots, DecisionDesk desk, TimeProvider clock)
    {
        var cancellation = context.RequestAborted;
        try
        {
            Part part;
            bool duplicate;
            using (slots.Take())
                (part, duplicate) = await intake.AcceptAsync(await upload.ReadAsync(context.Request, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            context.Response.Headers.Location = UrlOf(part.PartId);
            if (duplicate)
                context.Response.Headers["Dxmi-Duplicate"] = "true";
            bool later = context.Request.Headers["Prefer"].Any(p => p?.Contains("respond-async", StringComparison.OrdinalIgnoreCase) == true);
            if (later)
                context.Response.Headers["Preference-Applied"] = "respond-async";
            var left = part.Deadline - clock.GetUtcNow() + s_grace;
            string? verdict = part.Verdict ?? (later ? null : await desk.WaitAsync(part.PartId, left > s_grace ? left : s_grace, cancellation).ConfigureAwait(false));
            return verdict is not null ? Results.Text(verdict, "application/json") : Results.Json(PartView.Of(part), LineJson.Options, statusCode: 202);
        }
        catch (RefusedException e)
        {
            return Problems.Of(context, e);
        }
    }

    private static async Task<IResult> GetAsync(string id, IJournal journal, CancellationToken cancellation)
        => await FindAsync(id, journal, cancellation).ConfigureAwait(false) is { } part ? Results.Json(PartView.Of(part), LineJson.Options) : Unknown();

    private static async Task<IResult> ListAsync(string? station, string? verdict, string? review, DateTimeOffset? before, int? limit, IJournal journal, CancellationToken cancellation)
    {
        if (limit is < 1 or > MostListed || review is not (null or "open" or "overruled"))
            return Problems.Of(400, new DxmiException("The query is out of range.", $"limit from 1 to {MostListed} and review=open or review=overruled were expected.", "Correct it."));
        var parts = await journal.ListAsync(new PartQuery
        {
            Station = station,
            Verdict = verdict,
            OpenReviews = review == "open",
            Overruled = review == "overruled",
            Before = before,
            Limit = limit ?? 50,
        }, cancellation).ConfigureAwait(false);
        return Results.Json(parts.Select(PartView.Of), LineJson.Options);
    }

    private static async Task<IResult> ImageAsync(string id, int? width, HttpContext context, IJournal journal, PictureStore pictures, CancellationToken cancellation)
    {
        if (IsOdd(width))
            return OddWidth();
        if (await FindAsync(id, journal, cancellation).ConfigureAwait(false) is not { ImageGone: false } part)
            return Unknown();
        try
        {
            return Picture(context, await pictures.PhotographAsync(part, width, cancellation).ConfigureAwait(false));
        }
        catch (Exception e) when (e is DxmiException or IOException)
        {
            return e is DxmiException damaged ? Problems.Of(404, damaged) : Unknown();
        }
    }

    private static async Task<IResult> OverlayAsync(string id, int? width, HttpContext context, PictureStore pictures, CancellationToken cancellation)
    {
        if (IsOdd(width))
            return OddWidth();
        if (!Names.IsValid(id))
            return Unknown();
        try
        {
            return Picture(context, await pictures.OverlayAsync(id, width, cancellation).ConfigureAwait(false));
        }
        catch (Exception e) when (e is DxmiException or IOException)
        {
            return Problems.Of(404, e as DxmiException ?? new DxmiException("The image is gone.", "A part whose image was kept was expected.", "Keep more images: 'Images:Keep'."));
        }
    }

    private static bool IsOdd(int? width) => width is < PictureStore.LeastWidth or > PictureStore.MostWidth;

    private static IResult OddWidth() => Problems.Of(400, new DxmiException("The width is out of range.", $"{PictureStore.LeastWidth} to {PictureStore.MostWidth} pixels were expected.", "Correct it."));

    // The picture of a part never changes.
    private static IResult Picture(HttpContext context, PartPicture picture)
    {
        context.Response.Headers.CacheControl = "private, max-age=3600";
        return Results.Bytes(picture.File, picture.MediaType);
    }

    private static async Task<IResult> ReplayAsync(string id, Replay replay, CancellationToken cancellation)
    {
        try
        {
            return Results.Json(await replay.RunAsync(id, cancellation).ConfigureAwait(false), LineJson.Options);
        }
        catch (DxmiException e)
        {
            return Problems.Of(404, e);
        }
    }

    private static async Task<IResult> ReviewAsync(string id, HttpContext context, ReviewDesk reviews, CancellationToken cancellation)
    {
        try
        {
            var request = await context.Request.ReadFromJsonAsync<ReviewRequest>(LineJson.Options, cancellation).ConfigureAwait(false);
            return await reviews.ReviewAsync(id, request ?? new ReviewRequest(null, null, null), cancellation).ConfigureAwait(false) is { } part
                ? Results.Json(PartView.Of(part), LineJson.Options) : Unknown();
        }
        catch (DxmiException e)
        {
            return Problems.Of(400, e);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            return Problems.Of(400, new DxmiException("The body is no JSON of a review.", "{ \"verdict\": \"Pass\", \"reviewer\": \"...\", \"reason\": \"...\" } was expected.", "Correct it."));
        }
    }

    private static async Task<Part?> FindAsync(string id, IJournal journal, CancellationToken cancellation)
        => Names.IsValid(id) ? await journal.FindAsync(id, cancellation).ConfigureAwait(false) : null;

    private static IResult Unknown() => Problems.NotFound("The part is unknown, or its image is gone.");
}

/// <summary>So many images are received at the same time.</summary>
internal sealed class UploadSlots(LineOptions options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Http.MaxUploads);

    /// <exception cref="RefusedException">All are taken.</exception>
    public IDisposable Take() => _free.Wait(0) ? new Slot(_free)
        : throw new RefusedException(Refusal.Full, $"{options.Http.MaxUploads} images are being received.", "Fewer were expected.", "Send the part again in a moment.");

    public void Dispose() => _free.Dispose();

    private sealed class Slot(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
