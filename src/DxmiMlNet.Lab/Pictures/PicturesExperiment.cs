using DxmiMlNet.Detection;
using DxmiMlNet.Files;
using DxmiMlNet.Onnx;
using TorchSharp;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>A DDPM and an EDM of small crops in few steps, before and after DxMI.</summary>
public static class PicturesExperiment
{
    /// <summary>Runs what is missing; a stopped run goes on where it was.</summary>
    /// <param name="options">What is run.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    /// <exception cref="DxmiException">The folder cannot be written, the data cannot be read, or the device is not there.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImagesSummary Run(PicturesOptions options, IProgress<InspectionProgress> progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        var device = TorchDevice.Of(options.Device);
        using var place = new ResultsPlace(options.OutputFolder);
        torch.set_num_threads(options.Threads);
        InferenceSettings.Threads = options.Threads;
        var crops = options.Data is { } folder
            ? CropSet.OfPhotographs(folder, options.Shape, options.Shrink, options.Samples)
            : CropSet.OfTextures(options.Texture, options.Shape, options.Shrink, options.Samples);
        SampleSheet.Save(crops.HeldOut, options.Shape, Path.Combine(options.OutputFolder, ImagesReport.HeldOutSheet));
        string fingerprint = crops.Fingerprint;
        ImageRun[] runs = [.. from seed in Enumerable.Range(1, options.Seeds)
                              from start in options.Starts.Distinct()
                              from steps in options.Steps.Distinct()
                              select new ImageRun(start, steps, options.Settings(seed), fingerprint, options.Samples)];
        using var experiment = new ImageExperiment(crops, device, new ImageRunStore(options.OutputFolder), progress, cancellation);
        var summary = new ImagesSummary(crops.Name, experiment.Rows(runs), experiment.Floor(), Path.Combine(options.OutputFolder, ImagesReport.PageName));
        ImagesReport.Save(summary);
        return summary;
    }
}
