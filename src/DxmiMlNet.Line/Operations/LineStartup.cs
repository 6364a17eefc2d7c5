using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>Opens the journal and loads the models before anything else starts; closes the door first when the service stops.</summary>
internal sealed class LineStartup(LineOptions options, IJournal journal, ModelRegistry registry, LiveModels models, StationRecipes recipes, PartIntake intake, IHostApplicationLifetime lifetime, ILogger<LineStartup> log) : IHostedService
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30), s_pause = TimeSpan.FromSeconds(1);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Onnx.InferenceSettings.Threads = options.Work.Threads;
        Images.ImageDecoding.MaximumPixels = Math.Max(Images.ImageDecoding.MaximumPixels, options.Http.MaxPixels);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await recipes.LoadAsync(cancellationToken).ConfigureAwait(false);
        await registry.ImportAsync(cancellationToken).ConfigureAwait(false);
        await models.RefreshAsync(cancellationToken).ConfigureAwait(false);
        journal.ModelChanged += Refresh;
        lifetime.ApplicationStopping.Register(intake.Close);
    }

    // Machines that start together do not start in order: a database server is waited for.
    private async Task OpenAsync(CancellationToken cancellation)
    {
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await journal.OpenAsync(cancellation).ConfigureAwait(false);
                return;
            }
            catch (DxmiException e) when (e.InnerException is DbException { IsTransient: true } && Stopwatch.GetElapsedTime(start) < s_longest)
            {
                log.LogWarning("The journal does not answer yet: {Message}", e.InnerException.Message);
                await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        journal.ModelChanged -= Refresh;
        return Task.CompletedTask;
    }

    private async void Refresh()
    {
        try
        {
            await models.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or ObjectDisposedException or OperationCanceledException)
        {
            log.LogWarning("The models cannot be looked up: {Message}", e.Message);
        }
    }
}
