using System.Collections;
using System.Globalization;
using System.Reflection;
using DxmiMlNet.Columns;
using DxmiMlNet.Detection;
using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Detection.Padim;
using DxmiMlNet.Detection.PatchCore;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Pipeline;
using Microsoft.ML;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>A method by its name: which trainer with which settings.</summary>
internal sealed class BenchmarkMethod
{
    public const string Dxmi = "dxmi", PatchCore = "patchcore", Padim = "padim", PatchCorePlus = "patchcore+", PadimPlus = "padim+", Anchor = "anchor", Noise = "noise", Pca = "pca";

    private readonly object _options;

    /// <param name="name">One of <see cref="InspectionBenchmark.Methods"/>.</param>
    /// <param name="settings">Threads, device, effort.</param>
    public BenchmarkMethod(string name, InspectionBenchmarkOptions settings)
    {
        Name = name;
        _options = name switch
        {
            Dxmi => DxmiOptions(settings),
            Anchor => AnchorOptions(settings),
            Noise => NoiseOptions(settings),
            PatchCore => new PatchCoreTrainer.Options { Threads = settings.Threads },
            PatchCorePlus => new PatchCoreTrainer.Options { Threads = settings.Threads, Standardise = true },
            Padim => new PadimTrainer.Options { Threads = settings.Threads },
            PadimPlus => new PadimTrainer.Options { Threads = settings.Threads, Standardise = true },
            _ => new PcaOptions(),
        };
    }

    public string Name { get; }

    /// <summary>All settings in words, so that rows of other ones are told apart, also of other defaults.</summary>
    public string Settings => $"{Name}: " + string.Join(", ", _options.GetType().GetFields().Where(f => IsPlain(f.FieldType))
        .Select(f => $"{f.Name} {Text(f.GetValue(_options))}"));

    /// <summary>Fits the method to feature grids.</summary>
    public ITransformer Fit(IDataView features, int seed, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var mlContext = new MLContext(seed);
        var trainers = mlContext.AnomalyDetection.Trainers;
        if (_options is DetectionTrainerOptions common)
            (common.Seed, common.Progress, common.Cancellation) = (seed, progress, cancellation);
        switch (_options)
        {
            case DxmiAnomalyTrainer.Options dxmi:
                return trainers.Dxmi(dxmi).Fit(features);
            case PatchCoreTrainer.Options patchCore:
                return trainers.PatchCore(patchCore).Fit(features);
            case PadimTrainer.Options padim:
                return trainers.Padim(padim).Fit(features);
            default:
                // Without a cache the trainer would read the grids many times; pooled rows are small.
                var pooled = mlContext.Transforms.PoolPatchFeatures().Append(mlContext.Transforms.SelectColumns("PooledFeatures"));
                // At most half of the dimensions: with all of them nothing is left over to score, and rounding makes it NaN.
                int rank = Math.Min(((PcaOptions)_options).Rank, InputColumns.Grid(features.Schema["Features"]).Channels);
                return pooled.AppendCacheCheckpoint(mlContext).Append(mlContext.Transforms.NormalizeMeanVariance("PooledFeatures"))
                    .Append(trainers.RandomizedPca("PooledFeatures", rank: rank)).Fit(features);
        }
    }

    private static DxmiAnomalyTrainer.Options DxmiOptions(InspectionBenchmarkOptions settings)
    {
        var options = new DxmiAnomalyTrainer.Options { Threads = settings.Threads, Device = settings.Device };
        options.ScaleIterations(settings.Effort);
        return options;
    }

    // SimpleNet's idea: the same detector, its energy trained against noised features only, whatever that is worth.
    private static DxmiAnomalyTrainer.Options NoiseOptions(InspectionBenchmarkOptions settings)
    {
        var options = DxmiOptions(settings);
        options.EnergyPretrainingIterations = Math.Max(1, (int)Math.Round(3000 * settings.Effort));
        options.SamplerPretrainingIterations = 0;
        options.Iterations = 0;
        options.ProvesLearnedPart = false;
        options.KeepSampler = false;
        return options;
    }

    // What the DxMI phase starts from: bank and Gaussian, nothing learned.
    private static DxmiAnomalyTrainer.Options AnchorOptions(InspectionBenchmarkOptions settings)
    {
        var options = DxmiOptions(settings);
        options.Iterations = 0;
        options.KeepSampler = false;
        return options;
    }

    private static bool IsPlain(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || (type.IsArray && IsPlain(type.GetElementType()!));

    private static string Text(object? value) => value is IEnumerable list and not string
        ? string.Join(' ', list.Cast<object>().Select(Text))
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private sealed class PcaOptions
    {
        public readonly int Rank = 20;   // ML.NET's own default
    }
}
