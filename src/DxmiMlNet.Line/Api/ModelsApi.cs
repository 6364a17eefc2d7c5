using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace DxmiMlNet.Line;

/// <summary>A model name with its files.</summary>
/// <param name="Name">The name.</param>
/// <param name="Live">Hash of the live file; null for none.</param>
/// <param name="Previous">Hash of the file before; null for none.</param>
/// <param name="Shadow">Hash of the file that scores without a say; null for none.</param>
/// <param name="Files">All files, the newest first.</param>
public sealed record ModelView(string Name, string? Live, string? Previous, string? Shadow, IReadOnlyList<ModelFileView> Files);

/// <summary>A stored model file.</summary>
/// <param name="Hash">SHA-256 of its bytes, hexadecimal.</param>
/// <param name="StoredAt">When it was stored.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ModelFileView(string Hash, DateTimeOffset StoredAt, long Bytes);

/// <summary>Models: upload, list, activate, roll back, shadow.</summary>
internal static class ModelsApi
{
    /// <summary>A file by its hash.</summary>
    public sealed record HashRequest(string? Hash);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/models", async (IJournal journal, ModelStore store, CancellationToken cancellation)
            => Results.Json(await ListAsync(journal, store, cancellation).ConfigureAwait(false), LineJson.Options)).Needs(ApiRole.Line).WithSummary("All models").Produces<ModelView[]>();
        app.MapGet("/v1/models/{name}", async (string name, IJournal journal, ModelStore store, CancellationToken cancellation)
            => (await ListAsync(journal, store, cancellation).ConfigureAwait(false)).FirstOrDefault(model => model.Name == name) is { } model
                ? Results.Json(model, LineJson.Options) : Problems.NotFound("The model is unknown.")).Needs(ApiRole.Line).WithSummary("A model").Produces<ModelView>().ProducesProblem(404);
        app.MapPut("/v1/models/{name}", PutAsync).Needs(ApiRole.Admin).WithSummary("Stores a model file that scores its reference images as it says; ?activate=true makes it live")
            .Accepts<byte[]>("application/zip", "application/octet-stream").Produces<ModelFileView>(201).ProducesProblem(422);
        app.MapPost("/v1/models/{name}/activate", (string name, HashRequest request, HttpContext context, ModelRegistry registry, CancellationToken cancellation)
            => ChangeAsync(name, () => registry.ActivateAsync(name, request.Hash ?? "", ApiKeys.HolderOf(context), cancellation)))
            .Needs(ApiRole.Admin).WithSummary("Makes a stored file live, between two parts").Produces<ModelSlot>().ProducesProblem(422);
        app.MapPost("/v1/models/{name}/rollback", (string name, HttpContext context, ModelRegistry registry, CancellationToken cancellation)
            => ChangeAsync(name, () => registry.RollBackAsync(name, ApiKeys.HolderOf(context), cancellation)))
            .Needs(ApiRole.Admin).WithSummary("Makes the file live that was so before").Produces<ModelSlot>().ProducesProblem(422);
        app.MapPut("/v1/models/{name}/shadow", (string name, HashRequest request, HttpContext context, ModelRegistry registry, CancellationToken cancellation)
            => ChangeAsync(name, () => registry.ShadowAsync(name, request.Hash, ApiKeys.HolderOf(context), cancellation)))
            .Needs(ApiRole.Admin).WithSummary("Lets a stored file score beside the live one; hash null ends it").Produces<ModelSlot>().ProducesProblem(422);
    }

    internal static async Task<IReadOnlyList<ModelView>> ListAsync(IJournal journal, ModelStore store, CancellationToken cancellation)
    {
        var slots = (await journal.ModelsAsync(cancellation).ConfigureAwait(false)).ToDictionary(slot => slot.Name, StringComparer.Ordinal);
        return [.. store.Names.Union(slots.Keys).Order(StringComparer.Ordinal).Select(name => (Name: name, Slot: slots.GetValueOrDefault(name)))
            .Select(m => new ModelView(m.Name, m.Slot?.Live, m.Slot?.Previous, m.Slot?.Shadow, [.. store.List(m.Name).Select(file => new ModelFileView(file.Hash, file.StoredAt, file.Bytes))]))];
    }

    private static async Task<IResult> PutAsync(string name, bool? activate, HttpContext context, LineOptions options, ModelStore store, ModelRegistry registry, CancellationToken cancellation)
    {
        if (!Names.IsValid(name))
            return Problems.Of(400, new DxmiException("The name is none.", $"{Names.Rule} was expected.", "Choose another."));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = options.Http.MaxModelBytes;
        return await ChangeAsync(name, async () =>
        {
            string hash = await store.AddAsync(name, context.Request.Body, cancellation).ConfigureAwait(false);
            if (activate == true)
                await registry.ActivateAsync(name, hash, ApiKeys.HolderOf(context), cancellation).ConfigureAwait(false);
            context.Response.StatusCode = 201;
            context.Response.Headers.Location = $"/v1/models/{name}";
            var (_, storedAt, bytes) = store.List(name).First(file => file.Hash == hash);
            return new ModelFileView(hash, storedAt, bytes);
        }).ConfigureAwait(false);
    }

    private static async Task<IResult> ChangeAsync<T>(string name, Func<Task<T>> change)
    {
        if (!Names.IsValid(name))
            return Problems.NotFound("The model is unknown.");
        try
        {
            return Results.Json(await change().ConfigureAwait(false), LineJson.Options, statusCode: typeof(T) == typeof(ModelFileView) ? 201 : 200);
        }
        catch (DxmiException e)
        {
            return Problems.Of(422, e);
        }
    }
}
