using System.Diagnostics;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>How inspections are timed.</summary>
public sealed record InspectionTimingOptions
{
    /// <summary>Image files to inspect in turn; null for the reference images of the model.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>Numbers of threads.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];

    /// <summary>How often everything is timed.</summary>
    public int Rounds { get; init; } = 100;

    /// <summary>Images that go through the process after the timings, to see whether memory and handles grow; 0 for none.</summary>
    public int Endurance { get; init; }
}

/// <summary>
/// Times inspections with a model beside its backbone alone. All ways and numbers of threads take turns in one process, so that other work on the machine slows
/// all of them alike.
/// </summary>
public static class InspectionTiming
{
    private const int WarmUps = 5, Early = 500;

    /// <summary>Times a model.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellation">Stops between two rounds.</param>
    /// <exception cref="DxmiException">Model or images cannot be read, or there are none.</exception>
    public static InspectionTimingReport Run(string path, InspectionTimingOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new InspectionTimingOptions();
        int before = InferenceSettings.Threads;
        var pictures = Pictures(path, options);
        var models = new List<TimedModel>();
        try
        {
            InferenceSettings.Threads = options.Threads.Max();
            double loadMs = LoadToVerdict(path, pictures[0]);
            models.AddRange(options.Threads.Select(threads => new TimedModel(path, threads, pictures)));
            var times = models.ConvertAll(model => model.Routes.Select(_ => new List<double>()).ToArray());
            var allocated = new long[models.Count];
            for (int round = -WarmUps; round < options.Rounds; round++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int m = 0; m < models.Count; m++)
                {
                    InferenceSettings.Threads = models[m].Threads;
                    for (int r = 0; r < models[m].Routes.Count; r++)
                    {
                        var route = models[m].Routes[r];
                        long begin = Stopwatch.GetTimestamp();
                        route.Run();
                        if (round >= 0)
                            times[m][r].Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds / route.Batch);
                    }
                    long bytes = GC.GetAllocatedBytesForCurrentThread();
                    models[m].Direct();
                    allocated[m] += round >= 0 ? GC.GetAllocatedBytesForCurrentThread() - bytes : 0;
                }
            }
            var described = models[0].Model.Describe();
            return new InspectionTimingReport
            {
                Model = described.Summary,
                Backbone = described.Backbone,
                ImageSize = $"{pictures[0].Height}x{pictures[0].Width}",
                LoadMs = Math.Round(loadMs, 1),
                ResidentMb = ResidentMb(),
                LibtorchLoaded = LibtorchLoaded(),
                Threads = [.. models.Select((model, m) => Summary(model, times[m], (double)allocated[m] / options.Rounds))],
                Endurance = options.Endurance > 0 ? Endure(models[^1], options.Endurance, cancellation) : null,
            };
        }
        finally
        {
            InferenceSettings.Threads = before;
            models.ForEach(model => model.Dispose());
            Array.ForEach(pictures, picture => picture.Dispose());
        }
    }

    private static PictureToTime[] Pictures(string path, InspectionTimingOptions options)
    {
        if (options.Images is { Count: > 0 } files)
            return [.. files.Select(file => new PictureToTime(File.ReadAllBytes(file)))];
        using var model = InspectionModel.Load(path);
        PictureToTime[] pictures = [.. model.Card?.References.Select(r => new PictureToTime(r.Png)) ?? []];
        return pictures.Length > 0 ? pictures : throw new DxmiException($"Model '{path}' has no reference images to time.",
            "Images to inspect were expected.", "Name a folder with photographs (--input).");
    }

    private static double LoadToVerdict(string path, PictureToTime picture)
    {
        long begin = Stopwatch.GetTimestamp();
        using var model = InspectionModel.Load(path);
        using var result = model.Inspect(picture.Source);
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static InspectionTimingThreads Summary(TimedModel model, List<double>[] times, double allocated)
    {
        InspectionTimingRoute[] routes = [.. model.Routes.Zip(times, (route, own) =>
        {
            double[] sorted = [.. own.Order()];
            return new InspectionTimingRoute(route.Name, route.Batch, Quantile(sorted, 0.5), Quantile(sorted, 0.95), Quantile(sorted, 0.99));
        })];
        double Median(string name, int batch = 1) => routes.Single(r => r.Route == name && r.Batch == batch).P50;
        double direct = Median("direct");
        return new InspectionTimingThreads(model.Threads, Math.Round(direct / Median("backbone"), 3), Math.Round(Median("detection") / direct, 3),
            Math.Round(Median("PredictionEngine") / direct, 3), Math.Round(allocated), Math.Round(1000 / routes.First(r => r.Route == "direct" && r.Batch > 1).P50, 1), routes);
    }

    private static double Quantile(double[] sorted, double share) => Math.Round(sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))], 3);

    private static InspectionEndurance Endure(TimedModel model, int images, CancellationToken cancellation)
    {
        InferenceSettings.Threads = model.Threads;
        (double Mb, int Handles) early = default;
        for (int i = 0; i < images; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            model.Direct();
            if (i + 1 == Math.Min(Early, images))
                early = (ResidentMb(), Handles());
        }
        return new InspectionEndurance(images, early.Mb, ResidentMb(), early.Handles, Handles());
    }

    private static double ResidentMb()
    {
        using var process = Process.GetCurrentProcess();
        return Math.Round(process.WorkingSet64 / 1e6, 1);
    }

    private static int Handles()
    {
        if (OperatingSystem.IsLinux())
            return Directory.GetFileSystemEntries("/proc/self/fd").Length;
        using var process = Process.GetCurrentProcess();
        return process.HandleCount;
    }

    private static bool LibtorchLoaded()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().Any(module => module.ModuleName.Contains("torch_cpu", StringComparison.OrdinalIgnoreCase));
    }
}
