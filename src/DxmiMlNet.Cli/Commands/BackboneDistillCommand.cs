using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Files;
using DxmiMlNet.Lab.Distillation;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi backbone distill</c>: a large network and photographs in, a small network and its description out.</summary>
internal sealed class BackboneDistillCommand : InspectionCommand
{
    private static readonly DistillationOptions s_defaults = new() { Teacher = DistillationTeacher.ResNet(""), ImageFolders = [], OutputPath = "" };

    private readonly Option<string> _teacher, _output, _device;
    private readonly Option<string?> _teacherTaps, _checkpoint;
    private readonly Option<string[]> _images;
    private readonly Option<double> _hours;
    private readonly Option<int?> _steps;
    private readonly Option<int> _seed, _threads, _teacherThreads, _batchSize, _cropSize;

    public BackboneDistillCommand(Streams streams)
        : base(streams, "distill", "Trains a small backbone to predict the features of a large one from photographs without labels. "
            + "A training that was stopped goes on when the same command is run again.")
    {
        _teacher = Add(CommonOptions.Required("--teacher", "FILE.json", "Describes the large network; its taps are outputs of its ONNX file."));
        _teacherTaps = Add(CommonOptions.Optional<string?>("--teacher-taps", "LIST",
            "The teacher's outputs of strides 4, 8 and 16, comma-separated: layer1,layer2,layer3. "
            + "Left out: the description's taps, where they have these strides."));
        _images = Add(new Option<string[]>("--images")
        {
            Description = "Folders of photographs (jpg, png, bmp, webp), with subfolders.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            HelpName = "DIR",
        });
        _output = Add(CommonOptions.Required("--output", "FILE.onnx", "Network to write; a description of the same name with .json is written beside it."));
        _hours = Add(CommonOptions.With("--hours", "H", s_defaults.Hours, "Training time, over all resumed runs."));
        _steps = Add(CommonOptions.Optional<int?>("--steps", "N", "Training steps in place of hours, for a run that can be repeated exactly."));
        _seed = Add(CommonOptions.Seed());
        _threads = Add(CommonOptions.With("--threads", "N", s_defaults.Threads, "Threads of the training step."));
        _teacherThreads = Add(CommonOptions.With("--teacher-threads", "N", s_defaults.TeacherThreads,
            "Threads of the teacher, beside those of the training step."));
        _batchSize = Add(CommonOptions.With("--batch-size", "N", s_defaults.BatchSize, "Crops a step."));
        _cropSize = Add(CommonOptions.With("--crop-size", "N", s_defaults.CropSize, "Side of the crops in pixels, a multiple of 16."));
        _device = Add(CommonOptions.Device());
        _checkpoint = Add(CommonOptions.Optional<string?>("--checkpoint", "FILE",
            "Where the state of training is kept. Left out: FILE.onnx.checkpoint. It stays; delete it to start again."));
    }

    protected override string CancelledNote => "Run the same command again to go on from the checkpoint.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        InspectionTraining.CheckDevice(parsed.GetRequiredValue(_device));
        string output = parsed.GetRequiredValue(_output), teacherPath = parsed.GetRequiredValue(_teacher);
        string description = Path.ChangeExtension(output, ".json");
        var teacher = BackboneDescription.Load(teacherPath);
        CheckOutput(output, description, teacherPath, teacher);
        var options = new DistillationOptions
        {
            Teacher = DistillationTeacher.From(teacher,
                parsed.GetValue(_teacherTaps)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            ImageFolders = parsed.GetRequiredValue(_images),
            OutputPath = output,
            Hours = parsed.GetValue(_hours),
            Steps = parsed.GetValue(_steps),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.GetValue(_threads),
            TeacherThreads = parsed.GetValue(_teacherThreads),
            BatchSize = parsed.GetValue(_batchSize),
            CropSize = parsed.GetValue(_cropSize),
            Device = parsed.GetRequiredValue(_device),
            CheckpointPath = parsed.GetValue(_checkpoint) ?? output + ".checkpoint",
        };
        var result = run.WithProgress(progress => BackboneDistiller.Run(options, new Progress(progress), run.Cancellation));
        result.SaveDescription(description, teacher, options.Seed);
        var summary = DistillationSummary.Of(description, result, options.Seed, run);
        summary.Print(run.Console);
        return run.Finish(summary, summary.Failed);
    }

    private static void CheckOutput(string output, string description, string teacherPath, BackboneDescription teacher)
    {
        if (!output.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            throw new DxmiException($"The output '{output}' does not end with .onnx.",
                "The name of an ONNX file was expected; its description gets the same name with .json.", "Add .onnx to the name.");
        InspectionModel.CheckWritable(output);
        if (Same(output, teacher.ModelPath) || Same(description, teacherPath))
            throw new DxmiException($"The output '{output}' would replace the teacher or its description.", "Another file was expected.",
                "Choose another name.");

        // Names that differ in case only are the same file on some systems.
        static bool Same(string a, string b) => string.Equals(Path.GetFullPath(a), Path.GetFullPath(b), StringComparison.OrdinalIgnoreCase);
    }

    private sealed class Progress(IProgress<InspectionProgress> progress) : IProgress<DistillationProgress>
    {
        public void Report(DistillationProgress value)
        {
            double done = value.Elapsed / (value.Elapsed + value.Remaining);
            string heldOut = double.IsNaN(value.HeldOutLoss) ? "" : $", held out {value.HeldOutLoss:0.000}";
            progress.Report(new InspectionProgress("Distilling", done, $"step {value.Step}, loss {value.Loss:0.000}{heldOut}", value.Remaining));
        }
    }
}
