using SkiaSharp;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>
/// Writes a generated set in MVTec AD's layout: train/good, test/good, test/(defect), ground_truth/(defect)/(name)_mask.png, and a README.md that says
/// what made it. Image i of a folder depends on kind, seed, size, folder and i only: a larger set begins with the smaller one's images.
/// </summary>
public static class SyntheticDataset
{
    /// <summary>Generates the set on all cores and waits for it. The folder appears whole at the end, or not at all.</summary>
    /// <param name="options">What to generate.</param>
    /// <param name="progress">Told after every image, from any thread.</param>
    /// <param name="cancellationToken">Stops between two images; nothing is left behind.</param>
    /// <exception cref="DxmiException">There is no such kind, the folder is in use, or it cannot be written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size, count or quality is out of range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Write(SyntheticOptions options, IProgress<SyntheticProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var kind = SyntheticTexture.Find(options.Kind);
        Check(options);
        string target = Path.GetFullPath(options.OutputFolder);
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new DxmiException($"'{target}' already exists and is not an empty folder.", "A set is written into a folder of its own.", "Name another folder, or delete this one.");

        string working = $"{Path.TrimEndingDirectorySeparator(target)}.{Guid.NewGuid():N}.partial";
        try
        {
            WriteImages(options, kind, working, progress, cancellationToken);
            File.WriteAllText(Path.Combine(working, "README.md"), Readme(options, kind));
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(working, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"The set cannot be written to '{target}': {e.Message}", "The place must be writable and have room for the images.", "Free some space, or name another folder.", e);
        }
        finally
        {
            if (Directory.Exists(working))
                Directory.Delete(working, recursive: true);
        }
    }

    private static void WriteImages(
        SyntheticOptions options, SurfaceKind kind, string folder, IProgress<SyntheticProgress>? progress, CancellationToken cancellationToken)
    {
        var shots = Shots("train/good", null, options.TrainGood)
            .Concat(Shots("test/good", null, options.TestGood))
            .Concat(kind.Defects.SelectMany(defect => Shots($"test/{defect}", defect, options.TestPerDefect)))
            .ToArray();
        foreach (string place in shots.Select(s => s.Place).Distinct())
            Directory.CreateDirectory(Path.Combine(folder, place));
        foreach (string defect in shots.Select(s => s.Defect).OfType<string>().Distinct())
            Directory.CreateDirectory(Path.Combine(folder, "ground_truth", defect));

        int done = 0;
        try
        {
            Parallel.ForEach(shots, new ParallelOptions { CancellationToken = cancellationToken }, shot =>
            {
                var sample = SyntheticTexture.Shoot(kind, options.Seed, options.ImageSize, shot.Place, shot.Index, shot.Defect);
                using (var bitmap = sample.ToBitmap())
                {
                    if (options.Format == SyntheticImageFormat.Jpeg)
                        Save(bitmap, SKEncodedImageFormat.Jpeg, options.JpegQuality, Path.Combine(folder, shot.Place, $"{shot.Index:000}.jpg"));
                    else
                        Save(bitmap, SKEncodedImageFormat.Png, 100, Path.Combine(folder, shot.Place, $"{shot.Index:000}.png"));
                }
                if (shot.Defect is not null)
                {
                    using var mask = sample.MaskBitmap();
                    Save(mask, SKEncodedImageFormat.Png, 100, Path.Combine(folder, "ground_truth", shot.Defect, $"{shot.Index:000}_mask.png"));
                }
                progress?.Report(new(Interlocked.Increment(ref done), shots.Length));
            });
        }
        catch (AggregateException e) when (e.InnerException is IOException or UnauthorizedAccessException)
        {
            throw e.InnerException;
        }
    }

    private static IEnumerable<(string Place, string? Defect, int Index)> Shots(string place, string? defect, int count)
        => Enumerable.Range(0, count).Select(index => (place, defect, index));

    private static void Save(SKBitmap bitmap, SKEncodedImageFormat format, int quality, string path)
    {
        using var data = bitmap.Encode(format, quality);
        using var file = File.Create(path);
        data.SaveTo(file);
    }

    private static void Check(SyntheticOptions options)
    {
        Range(options.ImageSize, SyntheticTexture.MinimumSize, SyntheticTexture.MaximumSize, nameof(options.ImageSize));
        Range(options.TrainGood, 1, 100_000, nameof(options.TrainGood));
        Range(options.TestGood, 0, 100_000, nameof(options.TestGood));
        Range(options.TestPerDefect, 0, 100_000, nameof(options.TestPerDefect));
        Range(options.JpegQuality, 1, 100, nameof(options.JpegQuality));
    }

    private static void Range(int value, int low, int high, string name)
    {
        if (value < low || value > high)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}. It must be from {low} to {high}. Choose a value in this range.");
    }

    private static string Readme(SyntheticOptions options, SurfaceKind kind) => $"""
        # {kind.Name}, generated

        No camera has seen these images: DxmiMlNet's generator made them, and makes images of the same names and contents again with

            dxmi synthesize --kind {kind.Name} --seed {options.Seed} --output <folder>

        - Seed {options.Seed}, {options.ImageSize} x {options.ImageSize} pixels, {Storage(options)}.
        - `train/good` {options.TrainGood}, `test/good` {options.TestGood}, {options.TestPerDefect} for each of {string.Join(", ", kind.Defects.Select(d => $"`test/{d}`"))}.
        - `ground_truth/<defect>/<name>_mask.png`: 255 where the defect changed the noise-free image by {DefectMask.Threshold:0} grey levels or more.
        - Licence: MIT, as DxmiMlNet.

        """;

    private static string Storage(SyntheticOptions options) => options.Format == SyntheticImageFormat.Jpeg ? $"JPEG of quality {options.JpegQuality}" : "PNG";
}
