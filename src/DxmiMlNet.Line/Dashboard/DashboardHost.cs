using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor.Services;

namespace DxmiMlNet.Line.Dashboard;

/// <summary>The page at "/". All that a browser loads is inside this assembly.</summary>
internal static class DashboardHost
{
    // Nothing from elsewhere, whatever a part id or a model name says. Blazor connects by WebSocket; MudBlazor writes style elements.
    private const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

    public static void AddDashboard(this IServiceCollection services, LineOptions options)
    {
        services.AddSingleton<LineBoard>();
        services.AddHostedService(p => p.GetRequiredService<LineBoard>());
        services.AddSingleton<ShadowComparison>();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddCascadingAuthenticationState();
        services.AddMudServices();
        // Who is signed in stays so over a restart.
        services.AddDataProtection().SetApplicationName("DxmiMlNet.Line");
        services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new FileSystemXmlRepository(OwnFolder(Path.Combine(options.DataFolder, "keys")), NullLoggerFactory.Instance));
    }

    // For the eyes of the service alone.
    private static DirectoryInfo OwnFolder(string path)
        => OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>What is asked for before anything else: files of the page, which need no key.</summary>
    public static void UseDashboardFiles(this WebApplication app)
    {
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new EmbeddedFileProvider(Assembly.GetExecutingAssembly(), "DxmiMlNet.Line.Assets"),
            // Asked again each time, answered with 304 while the program is the same.
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
        });
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                if (context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
                {
                    context.Response.Headers.ContentSecurityPolicy = Policy;
                    context.Response.Headers["Referrer-Policy"] = "same-origin";
                }
                context.Response.Headers.XContentTypeOptions = "nosniff";
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    public static void MapDashboard(this WebApplication app)
    {
        SignIn.Map(app);
        app.UseAntiforgery();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null).Needs(ApiRole.Line).Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<ComponentTypeMetadata>().Any())
                endpoint.Metadata.Add(new IsPage());
        });
    }
}

/// <summary>An address that people look at: who has not signed in is sent to where that is done.</summary>
internal sealed record IsPage;
