using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace DxmiMlNet.Line;

/// <summary>A recipe as it is answered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">Name of its model.</param>
/// <param name="Stations">Its stations.</param>
/// <param name="Products">Its product codes.</param>
/// <param name="DeadlineSeconds">Time in which the verdict must be there.</param>
/// <param name="IsLive">Whether its model is live.</param>
public sealed record RecipeView(string Name, string Model, IReadOnlyList<string> Stations, IReadOnlyList<string> Products, double DeadlineSeconds, bool IsLive);

/// <summary>How the service stands: what a page shows, what monitors ask.</summary>
internal static class LineApi
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/queue", async (IJournal journal, CancellationToken cancellation) => Results.Json(await journal.QueueAsync(cancellation).ConfigureAwait(false), LineJson.Options))
            .Needs(ApiRole.Line).WithSummary("How many parts wait").Produces<QueueState>();
        app.MapGet("/v1/stats", async (int? hours, IJournal journal, TimeProvider clock, CancellationToken cancellation)
            => Results.Json(await journal.HoursAsync(clock.GetUtcNow().AddHours(-Math.Clamp(hours ?? 24, 1, 24 * 90)), cancellation).ConfigureAwait(false), LineJson.Options))
            .Needs(ApiRole.Line).WithSummary("Verdicts by station and hour").Produces<StationHour[]>();
        app.MapGet("/v1/stations", (StationWatch watch) => Results.Json(watch.States, LineJson.Options)).Needs(ApiRole.Line).WithSummary("Drift and image quality by station").Produces<StationState[]>();
        app.MapGet("/v1/recipes", (LineOptions options, LiveModels models) => Results.Json(options.Recipes.Select(r => new RecipeView(r.Key, r.Value.Model ?? r.Key, r.Value.Stations, r.Value.Products,
            r.Value.Deadline.TotalSeconds, models.IsLive(r.Key))), LineJson.Options)).Needs(ApiRole.Line).WithSummary("Recipes").Produces<RecipeView[]>();
        app.MapGet("/v1/audit", async (long? after, int? limit, IJournal journal, CancellationToken cancellation)
            => Results.Json(await journal.AuditAsync(Math.Max(0, after ?? 0), Math.Clamp(limit ?? 100, 1, 1000), cancellation).ConfigureAwait(false), LineJson.Options))
            .Needs(ApiRole.Reviewer).WithSummary("Audit rows after a number").Produces<AuditRow[]>();
        app.MapGet("/v1/audit/verify", async (IJournal journal, CancellationToken cancellation) => Results.Json(await AuditChain.VerifyAsync(journal, cancellation).ConfigureAwait(false), LineJson.Options))
            .Needs(ApiRole.Reviewer).WithSummary("Looks at the whole audit chain").Produces<AuditVerification>();
        app.MapGet("/v1/events", EventsAsync).Needs(ApiRole.Line).WithSummary("What happens, as it happens: server-sent events").Produces<LineEvent>(200, "text/event-stream");
        app.MapGet("/v1/schema/settings", () => Results.Text(LineSchema.Json.ToJsonString(), "application/schema+json")).Needs(ApiRole.Line).WithSummary("JSON Schema of the settings file");
        app.MapGet("/health/live", () => Results.Json(new { status = "live" })).WithSummary("Whether the process answers");
        app.MapGet("/health/ready", ReadyAsync).WithSummary("Whether parts are taken in");
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, CancellationToken cancellation)
    {
        var problems = await readiness.ProblemsAsync(cancellation).ConfigureAwait(false);
        return Results.Json(new { status = problems.Count == 0 ? "ready" : "not ready", problems }, LineJson.Options, statusCode: problems.Count == 0 ? 200 : 503);
    }

    private static async Task EventsAsync(HttpContext context, ILineEvents events, IHostApplicationLifetime lifetime)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        long? after = long.TryParse(context.Request.Headers["Last-Event-ID"], out long seen) ? seen : null;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        await using var watching = events.WatchAsync(after, end.Token).GetAsyncEnumerator(end.Token);
        var next = watching.MoveNextAsync().AsTask();
        try
        {
            await context.Response.WriteAsync(": DxmiMlNet.Line\n\n", end.Token).ConfigureAwait(false);
            while (true)
            {
                // Proxies end connections on which nothing is sent.
                if (await Task.WhenAny(next, Task.Delay(s_heartbeat, end.Token)).ConfigureAwait(false) != next)
                {
                    end.Token.ThrowIfCancellationRequested();
                    await context.Response.WriteAsync(":\n\n", end.Token).ConfigureAwait(false);
                    continue;
                }
                if (!await next.ConfigureAwait(false))
                    return;
                var happened = watching.Current;
                await context.Response.WriteAsync(new StringBuilder().Append("id: ").Append(happened.Id).Append("\nevent: ").Append(happened.Type).Append("\ndata: ")
                    .Append(LineJson.Write(happened.Data)).Append("\n\n").ToString(), end.Token).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(end.Token).ConfigureAwait(false);
                next = watching.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            // It may not be disposed of while it moves.
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
