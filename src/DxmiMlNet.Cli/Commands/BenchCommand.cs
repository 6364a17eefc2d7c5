using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Lab.Benchmarking;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi bench</c>: what inspections with a model cost, beside its backbone alone.</summary>
internal sealed class BenchCommand : InspectionCommand
{
    private readonly Option<string> _model, _provider;
    private readonly Option<string?> _input;
    private readonly Option<int> _rounds, _images;
    private readonly Option<int?> _threads;
    private readonly DataOptions _data;

    public BenchCommand(Streams streams)
        : base(streams, "bench", "Times inspections with a model beside its backbone alone: directly, through PredictionEngine, and by the exported file.")
    {
        _model = Add(CommonOptions.Required("--model", "FILE", "Model file."));
        _input = Add(CommonOptions.Optional<string?>("--input", "FILE|DIR", "Images to inspect in turn, 20 at most. Left out: the reference images in the model."));
        _rounds = Add(CommonOptions.With("--rounds", "N", 100, "How often everything is timed."));
        _images = Add(CommonOptions.With("--endurance", "N", 0, "Images that go through the process after that, to see whether memory and handles grow."));
        _data = new DataOptions(this, streams);
        _threads = Add(CommonOptions.Optional<int?>("--threads", "N", "Threads to time beside one. Left out: all processors."));
        _provider = Add(CommonOptions.Provider());
    }

    protected override string CancelledNote => "Nothing was timed to the end.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        CommonOptions.Use(parsed.GetRequiredValue(_provider));
        int most = parsed.GetValue(_threads) ?? Environment.ProcessorCount;
        var report = InspectionTiming.Run(parsed.GetRequiredValue(_model), new InspectionTimingOptions
        {
            Images = parsed.GetValue(_input) is { } input ? [.. _data.List(parsed, input, true).Take(20).Select(item => item.ImagePath)] : null,
            Rounds = Math.Max(1, parsed.GetValue(_rounds)),
            Threads = [.. new[] { 1, Math.Max(1, most) }.Distinct()],
            Endurance = parsed.GetValue(_images),
        }, run.Cancellation);
        TimingTable.Print(report, run.Console);
        return run.Finish(report, []);
    }
}
