using System.Security.Cryptography.X509Certificates;
using DxmiMlNet.Line.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>The inspection service: as a program of its own, or inside another ASP.NET Core application.</summary>
public static class LineHost
{
    /// <summary>Adds the service; <see cref="MapInspectionLine"/> maps its addresses.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="options">Settings, from <see cref="LineConfiguration"/> for instance.</param>
    /// <param name="camera">Takes pictures for the simulated camera where no folder is set; null for none.</param>
    /// <exception cref="DxmiException">A setting is out of range; the message names the key.</exception>
    public static IServiceCollection AddInspectionLine(this IServiceCollection services, LineOptions options, ISimulatedCamera? camera = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        LineOptionsCheck.ThrowIfWrong(options);
        LineOptionsCheck.ThrowIfNoRecipe(options);
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FailPoints>();
        services.AddSingleton<LineMeters>();
        services.AddSingleton<LineEvents>();
        services.AddSingleton<ILineEvents>(p => p.GetRequiredService<LineEvents>());
        services.AddSingleton(p => JournalOf(options, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(p => new ImageStore(options.ImageFolder, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<FailPoints>()));
        services.AddSingleton(new ModelStore(options.ModelPath));
        services.AddSingleton<LiveModels>();
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<StationRecipes>();
        services.AddSingleton<PartIntake>();
        services.AddSingleton<PartInspection>();
        services.AddSingleton(p => new StationWatch(options.Drift, p.GetRequiredService<LineEvents>(), p.GetRequiredService<LineMeters>()));
        services.AddSingleton<OutboxSinks>();
        services.AddSingleton<DecisionDesk>();
        services.AddSingleton<ReviewDesk>();
        services.AddSingleton<Replay>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<PartUpload>();
        services.AddSingleton<UploadSlots>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<PictureStore>();
        if (options.ResultFolder is { } results)
            services.AddSingleton<IVerdictSink>(new ResultFileSink(results));
        services.AddSingleton(new HttpClient { Timeout = TimeSpan.FromSeconds(30) });
        foreach (var webhook in options.Webhooks)
            services.AddSingleton<IVerdictSink>(p => new WebhookSink(webhook, p.GetRequiredService<HttpClient>(), p.GetRequiredService<TimeProvider>()));
        if (options.Mqtt is not null)
        {
            services.AddSingleton<MqttConnection>();
            services.AddSingleton<IVerdictSink, MqttSink>();
            services.AddSingleton<MqttCommands>();
            services.AddSingleton<PlcStations>();
        }
        if (camera is not null)
            services.AddSingleton(camera);

        // They start in this order and stop in the reverse one: the doors close before the workers drain, and the outbox is last.
        services.AddHostedService<LineStartup>();
        services.AddHostedService<Retention>();
        services.AddHostedService<ModelInbox>();
        services.AddHostedService<OutboxSender>();
        services.AddHostedService<DeadlineWatch>();
        services.AddHostedService<Workers>();
        services.AddHostedService<FolderIntake>();
        services.AddHostedService<CameraIntake>();
        if (options.Mqtt is not null)
            services.AddHostedService<MqttLink>();
        services.AddDashboard(options);
        services.AddLineTelemetry(options);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Work.Drain + TimeSpan.FromSeconds(10));
        services.AddProblemDetails();
        services.AddOpenApi();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = LineJson.Options.DefaultIgnoreCondition;
            json.SerializerOptions.NumberHandling = LineJson.Options.NumberHandling;
            foreach (var converter in LineJson.Options.Converters)
                json.SerializerOptions.Converters.Add(converter);
        });
        return services;
    }

    /// <summary>Maps the service's addresses: the page at <c>/</c>, <c>/v1/...</c>, <c>/health/...</c>, <c>/openapi/v1.json</c>.</summary>
    /// <param name="app">The application; its services have <see cref="AddInspectionLine"/>.</param>
    public static WebApplication MapInspectionLine(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // A sender that is too slow or breaks off is no fault of the service.
            StatusCodeSelector = e => e is Microsoft.AspNetCore.Http.BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            SuppressDiagnosticsCallback = c => c.Exception is Microsoft.AspNetCore.Http.BadHttpRequestException,
        });
        app.UseStatusCodePages();
        bool dashboard = app.Services.GetRequiredService<LineOptions>().Http.Dashboard;
        if (dashboard)
            app.UseDashboardFiles();
        app.UseRouting();
        var keys = app.Services.GetRequiredService<ApiKeys>();
        app.Use(keys.InvokeAsync);
        PartsApi.Map(app);
        ModelsApi.Map(app);
        LineApi.Map(app);
        if (dashboard)
            app.MapDashboard();
        app.MapOpenApi().Needs(ApiRole.Line);
        if (app.Services.GetRequiredService<LineOptions>().Telemetry.Prometheus)
            app.MapPrometheusScrapingEndpoint().Needs(ApiRole.Line);
        return app;
    }

    /// <summary>A program of its own with these settings; run it with <c>RunAsync</c>.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="camera">Takes pictures for the simulated camera where no folder is set; null for none.</param>
    /// <exception cref="DxmiException">A setting is out of range; the message names the key.</exception>
    public static WebApplication Create(LineOptions options, ISimulatedCamera? camera = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Builder(options, camera).Build().MapInspectionLine();
    }

    internal static WebApplicationBuilder Builder(LineOptions options, ISimulatedCamera? camera)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(LineHost).Assembly.GetName().Name });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
            // It warns at every start that the keys of the page are files, which their folder's rights protect.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Services.AddInspectionLine(options, camera);
        builder.Services.AddSystemd();
        builder.Services.AddWindowsService();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls(options.Http.Url);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, options.Http));
        return builder;
    }

    private static void Limit(KestrelServerOptions kestrel, HttpOptions http)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 1 << 20;   // more where an address says so
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(http.MinBytesPerSecond, TimeSpan.FromSeconds(5));
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        if (http.Certificate is { } file)
            kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = X509CertificateLoader.LoadPkcs12FromFile(file, http.CertificatePassword));
    }

    /// <summary>The journal that settings name.</summary>
    internal static IJournal JournalOf(LineOptions options, TimeProvider clock, ILoggerFactory logs) => options.Journal.Kind switch
    {
        JournalKind.Postgres => new PostgresJournal(options.Journal, options.Name, clock, logs.CreateLogger<PostgresJournal>()),
        _ => new SqliteJournal(options.Journal, options.JournalPath, options.Name, clock),
    };
}
