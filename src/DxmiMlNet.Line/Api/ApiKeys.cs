using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using DxmiMlNet.Line.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DxmiMlNet.Line;

/// <summary>What an address needs.</summary>
internal sealed record NeedsRole(ApiRole Role);

/// <summary>Lets a request through that has the role its address needs. Without keys everything is allowed, but only to programs on this machine and pages of this service.</summary>
internal sealed class ApiKeys(LineOptions options, SignIn signIn)
{
    private const string Header = "X-Api-Key", Local = "local";

    private readonly (byte[] Hash, ApiKeyOptions Key)[] _keys = [.. options.Http.Keys.Select(key => (Hash(key.Key), key))];

    /// <summary>Who sent a request, for the audit.</summary>
    public static string HolderOf(HttpContext context) => context.User.Identity?.Name ?? Local;

    /// <summary>Whether somebody may do what a role may.</summary>
    public static bool Has(ClaimsPrincipal user, ApiRole role) => Enum.TryParse<ApiRole>(user.FindFirstValue(ClaimTypes.Role), out var has) && has >= role;

    /// <summary>The hash of a valid key, hexadecimal; null for one that is none.</summary>
    public string? HashOf(string key) => key.Length > 0 && Find(Hash(key)) is not null ? Convert.ToHexStringLower(Hash(key)) : null;

    /// <summary>Whether there are keys to sign in with.</summary>
    public bool HasKeys => _keys.Length > 0;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Refuse(context) is { } refusal)
        {
            if (refusal.Status == 401 && context.GetEndpoint()?.Metadata.GetMetadata<IsPage>() is not null)
            {
                context.Response.Redirect(SignIn.AddressFor(context.Request));
                return;
            }
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
        {
            context.User = User(Local, ApiRole.Admin);
            return LineOptionsCheck.IsLoopback(new Uri($"http://{context.Request.Host.Host}")) ? null
                : (403, new DxmiException("The request names another host.", "127.0.0.1, [::1] or localhost was expected.", "Set 'Http:Keys' to serve other machines."));
        }
        if (KeyOf(context) is not { } key)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return (401, new DxmiException("The request has no valid key.", $"The header {Header} or Authorization: Bearer was expected.", "Ask who runs the service for a key."));
        }
        context.User = User(key.Name, key.Role);
        return key.Role >= needs.Role ? null
            : (403, new DxmiException($"The key's role is {key.Role}.", $"The role {needs.Role} was expected.", "Use a key with that role."));
    }

    // Of a program, by header; of a browser, by the cookie that it got for its key.
    private ApiKeyOptions? KeyOf(HttpContext context)
    {
        string? sent = context.Request.Headers[Header];
        if (string.IsNullOrEmpty(sent) && context.Request.Headers.Authorization.ToString() is var authorization && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            sent = authorization["Bearer ".Length..].Trim();
        if (!string.IsNullOrEmpty(sent))
            return Find(Hash(sent));
        return signIn.KeyHashOf(context) is { } hash ? Find(Convert.FromHexString(hash)) : null;
    }

    private static ClaimsPrincipal User(string name, ApiRole role) => new(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, role.ToString())], "key"));

    // All keys are looked at, and in the same time whether they match or not.
    private ApiKeyOptions? Find(byte[] hash)
    {
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
