using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>A simulated camera: parts at a rate, from a folder or made up.</summary>
internal sealed class CameraIntake(LineOptions options, PartIntake intake, ILogger<CameraIntake> log, ISimulatedCamera? camera = null) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Camera is not { } settings)
            return;
        var source = settings.Folder is { } folder ? new FolderCamera(folder)
            : camera ?? throw new DxmiException("'Camera:Folder' is empty.", "A folder of images was expected.", "Name one, or run 'dxmi serve --demo'.");
        // A run of its own: parts of an earlier one have other ids.
        string run = $"{DateTimeOffset.UtcNow:yyMMddHHmmss}";
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / settings.Rate));
        try
        {
            for (long number = 1; ; number++)
            {
                long shot = number;
                byte[] image = await Task.Run(() => source.Shoot(shot, Random.Shared.NextDouble() < settings.DefectRate), stoppingToken).ConfigureAwait(false);
                try
                {
                    await intake.AcceptAsync(new IncomingPart($"{settings.Station}-{run}-{number:00000}", settings.Station, settings.Recipe, "camera", image), stoppingToken).ConfigureAwait(false);
                }
                catch (RefusedException e)
                {
                    log.LogWarning("A simulated part is not taken in: {Message}", e.Message);
                }
                await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private sealed class FolderCamera(string folder) : ISimulatedCamera
    {
        private readonly string[] _files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg" or ".bmp" or ".tif" or ".tiff").Order(StringComparer.Ordinal)];

        public byte[] Shoot(long number, bool defective) => _files.Length > 0 ? File.ReadAllBytes(_files[(number - 1) % _files.Length])
            : throw new DxmiException($"The folder '{folder}' has no images.", "PNG, JPEG, BMP or TIFF files were expected.", "Correct 'Camera:Folder'.");
    }
}
