using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi train</c>: photographs of good parts in, one model file out.</summary>
internal sealed class TrainCommand : InspectionCommand
{
    private readonly Option<string> _data, _model, _method, _device;
    private readonly Option<string?> _backbone, _ignoreMask, _roi, _ignoreMasks;
    private readonly Option<ImageSize> _imageSize;
    private readonly Option<int> _tileSize, _tileOverlap, _seed, _crossFolds;
    private readonly Option<int?> _threads;
    private readonly DataOptions _images;
    private readonly Option<double> _alpha, _effort;

    public TrainCommand(Streams streams)
        : base(streams, "train", "Trains a model from photographs of good parts. A training that was stopped goes on when the same command is run again.")
    {
        _data = Add(CommonOptions.Required("--data", "DIR", "Folder (train/good, or plain good images) or CSV file."));
        _model = Add(CommonOptions.Required("--model", "FILE", "Model file to write."));
        _method = Add(CommonOptions.With("--method", "NAME", "dxmi", $"Method of detection: {string.Join(", ", InspectionDetector.Names)}."))
            .AcceptOnlyFromAmong([.. InspectionDetector.Names]);
        _backbone = Add(CommonOptions.Backbone());
        _imageSize = Add(CommonOptions.ImageSize());
        _tileSize = Add(CommonOptions.TileSize());
        _tileOverlap = Add(CommonOptions.TileOverlap());
        _alpha = Add(CommonOptions.With("--alpha", "A", 0.05, "Largest share of good parts that may be rejected."));
        _crossFolds = Add(CommonOptions.With("--cross-folds", "K", 0, "For few good images: calibrates on all of them, each scored by one of K "
            + "detectors that has not seen it, and trains the model on all. The rate is then met approximately. 0: holds a fifth back, and promises the rate."));
        _ignoreMask = Add(CommonOptions.Optional<string?>("--ignore-mask", "FILE.png",
            "Image whose white pixels are ignored on every image; becomes part of the model."));
        _roi = Add(CommonOptions.Optional<string?>("--roi", "FILE.png",
            "Image outside of whose white pixels every image is ignored; becomes part of the model."));
        _ignoreMasks = Add(MaskOptions.PerImage());
        _images = new DataOptions(this, streams);
        _seed = Add(CommonOptions.Seed());
        _threads = Add(CommonOptions.Threads());
        _device = Add(CommonOptions.Device());
        _effort = Add(CommonOptions.Effort());
    }

    protected override string CancelledNote => "No model was written; run the same command again to go on from the checkpoint beside it.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        CommonOptions.Use(parsed.GetValue(_threads));
        InspectionTraining.CheckDevice(parsed.GetRequiredValue(_device));
        string path = parsed.GetRequiredValue(_model);
        using var reserved = InspectionModel.Reserve(path);
        var options = new InspectionTrainingOptions
        {
            Detector = InspectionDetector.Of(parsed.GetRequiredValue(_method)),
            Backbone = parsed.GetValue(_backbone) is { } json ? BackboneDescription.Load(json) : null,
            ImageSize = parsed.GetValue(_imageSize),
            TileSize = parsed.GetValue(_tileSize),
            TileOverlap = parsed.GetValue(_tileOverlap),
            Alpha = parsed.GetValue(_alpha),
            CrossFolds = parsed.GetValue(_crossFolds),
            IgnoreMaskPath = parsed.GetValue(_ignoreMask),
            RoiPath = parsed.GetValue(_roi),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.GetValue(_threads) ?? 1,
            Device = parsed.GetRequiredValue(_device),
            Effort = parsed.GetValue(_effort),
            CheckpointPath = path + ".checkpoint",
        };
        string data = parsed.GetRequiredValue(_data);
        var items = MaskOptions.Apply(GoodImages(_images.Read(parsed, data), data), data, parsed.GetValue(_ignoreMasks));
        var result = run.WithProgress(progress => InspectionTraining.Train(items, options, progress, run.Cancellation));
        using var model = result.Model;
        model.Save(path);
        run.Warn(result.Warnings);
        var summary = TrainingSummary.Of(path, result, new DataPath(data), options.Seed, run);
        summary.Print(run.Console);
        return run.Finish(summary, summary.Failed);
    }

    /// <summary>What a data set has to learn from.</summary>
    /// <exception cref="DxmiException">There is none.</exception>
    public static InspectionItem[] GoodImages(IEnumerable<InspectionItem> all, string data)
    {
        var items = all.Where(item => item.Split == InspectionSplit.Train && !item.IsAnomalous).ToArray();
        return items.Length > 0 ? items : throw new DxmiException($"Data set '{data}' has images, but no good one to train on.",
            "Good parts in train/good, or in a plain folder, were expected.", "Add photographs of good parts, or name their folder.");
    }
}
