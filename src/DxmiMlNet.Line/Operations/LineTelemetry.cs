using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DxmiMlNet.Line;

/// <summary>OpenTelemetry: metrics for Prometheus, and everything for a collector where one is named.</summary>
internal static class LineTelemetry
{
    // Milliseconds; deadlines of lines are between.
    private static readonly double[] s_bounds = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

    public static void AddLineTelemetry(this IServiceCollection services, LineOptions options)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(LineMeters.Name, serviceInstanceId: options.Name));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(LineMeters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddView("dxmi.line.*.duration", new ExplicitBucketHistogramConfiguration { Boundaries = s_bounds });
            if (options.Telemetry.Prometheus)
                metrics.AddPrometheusExporter();
            if (options.Telemetry.OtlpEndpoint is { } endpoint)
                metrics.AddOtlpExporter(otlp => otlp.Endpoint = new Uri(endpoint));
        });
        if (options.Telemetry.OtlpEndpoint is { } collector)
        {
            telemetry.WithTracing(traces => traces.AddSource(LineMeters.Name, "Microsoft.AspNetCore").AddOtlpExporter(otlp => otlp.Endpoint = new Uri(collector)));
            telemetry.WithLogging(logs => logs.AddOtlpExporter(otlp => otlp.Endpoint = new Uri(collector)));
        }
    }
}
