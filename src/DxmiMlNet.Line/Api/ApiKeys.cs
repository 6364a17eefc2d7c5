using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DxmiMlNet.Line;

/// <summary>What an address needs.</summary>
internal sealed record NeedsRole(ApiRole Role);

/// <summary>Lets a request through that has the role its address needs. Without keys everything is allowed, but only to programs on this machine and pages of this service.</summary>
internal sealed class ApiKeys(LineOptions options)
{
    private const string Header = "X-Api-Key", Holder = "dxmi-holder";

    private readonly (byte[] Hash, ApiKeyOptions Key)[] _keys = [.. options.Http.Keys.Select(key => (Hash(key.Key), key))];

    /// <summary>Who sent a request, for the audit.</summary>
    public static string HolderOf(HttpContext context) => context.Items[Holder] as string ?? "local";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Refuse(context) is { } refusal)
        {
            await Problems.Of(refusal.Status, refusal.Problem).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        await next(context).ConfigureAwait(false);
    }

    private (int Status, DxmiException Problem)? Refuse(HttpContext context)
    {
        // A page from elsewhere in a browser on this machine is not this machine.
        string? origin = context.Request.Headers.Origin;
        if (!string.IsNullOrEmpty(origin) && !string.Equals(origin, $"{context.Request.Scheme}://{context.Request.Host}", StringComparison.OrdinalIgnoreCase))
            return (403, new DxmiException("The request comes from a page of another site.", "A page of this service, or a program, was expected.", "Send it from there."));
        if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsRole>() is not { } needs)
            return null;
        if (_keys.Length == 0)
            return LineOptionsCheck.IsLoopback(new Uri($"http://{context.Request.Host.Host}")) ? null
                : (403, new DxmiException("The request names another host.", "127.0.0.1, [::1] or localhost was expected.", "Set 'Http:Keys' to serve other machines."));
        string? sent = context.Request.Headers[Header];
        if (string.IsNullOrEmpty(sent) && context.Request.Headers.Authorization.ToString() is var authorization && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            sent = authorization["Bearer ".Length..].Trim();
        if (string.IsNullOrEmpty(sent) || Find(sent) is not { } key)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return (401, new DxmiException("The request has no valid key.", $"The header {Header} or Authorization: Bearer was expected.", "Ask who runs the service for a key."));
        }
        context.Items[Holder] = key.Name;
        return key.Role >= needs.Role ? null
            : (403, new DxmiException($"The key's role is {key.Role}.", $"The role {needs.Role} was expected.", "Use a key with that role."));
    }

    // All keys are looked at, and in the same time whether they match or not.
    private ApiKeyOptions? Find(string sent)
    {
        byte[] hash = Hash(sent);
        ApiKeyOptions? found = null;
        foreach (var (known, key) in _keys)
            if (CryptographicOperations.FixedTimeEquals(known, hash))
                found = key;
        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

/// <summary>Says what an address needs.</summary>
internal static class RoleRequirement
{
    public static T Needs<T>(this T endpoint, ApiRole role)
        where T : IEndpointConventionBuilder
        => endpoint.WithMetadata(new NeedsRole(role));
}
