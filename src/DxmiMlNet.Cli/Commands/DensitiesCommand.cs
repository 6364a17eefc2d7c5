using System.CommandLine;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Cli.Output;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi experiment densities</c>: DDPM and DxMI on densities of the plane, as a table with figures.</summary>
internal sealed class DensitiesCommand : InspectionCommand
{
    private static readonly DensitiesOptions s_defaults = new() { OutputFolder = "densities-out" };

    private readonly Option<string> _output;
    private readonly Option<string[]> _density;
    private readonly Option<bool> _anyStep;
    private readonly Option<int> _seeds, _iterations, _points, _parallel;
    private readonly Option<int?> _threads;

    public DensitiesCommand(Streams streams)
        : base(streams, "densities", "Trains samplers and energies on densities of the plane and measures them; a stopped run goes on where it was.")
    {
        _output = Add(new Option<string>("--output") { Description = "Folder to write to; rows that it holds already are kept.", DefaultValueFactory = _ => s_defaults.OutputFolder, HelpName = "DIR" });
        string[] names = [.. Density.All.Select(d => d.Name)];
        _density = Add(new Option<string[]>("--density") { Description = $"Only these: {string.Join(", ", names)}.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => names }
            .AcceptOnlyFromAmong(names));
        _anyStep = Add(new Option<bool>("--any-step")
        {
            Description = "The rows of a sampler that runs in any number of steps, guided and converted to one step, beside samplers of fixed numbers.",
        });
        _seeds = Add(AtLeastOne("--seeds", "Runs of every row, with seeds 1 to N.", s_defaults.Seeds));
        _iterations = Add(AtLeastOne("--iterations", "Iterations of every run.", s_defaults.Iterations));
        _points = Add(AtLeastOne("--points", "Samples, and as many data points, that are measured.", s_defaults.Points));
        _parallel = Add(AtLeastOne("--parallel", "Rows trained at a time; each keeps a processor busy.", 1));
        _threads = Add(CommonOptions.Threads());
    }

    protected override string CancelledNote => "Run the same command again to go on with the rows that are missing.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        var options = new DensitiesOptions
        {
            OutputFolder = parsed.GetRequiredValue(_output),
            Densities = parsed.GetRequiredValue(_density),
            AnyStep = parsed.GetValue(_anyStep),
            Seeds = parsed.GetValue(_seeds),
            Iterations = parsed.GetValue(_iterations),
            Points = parsed.GetValue(_points),
            Parallelism = parsed.GetValue(_parallel),
            Threads = parsed.GetValue(_threads) ?? 1,
        };
        var summary = run.WithProgress(progress => DensitiesExperiment.Run(options, progress, run.Cancellation));
        summary.Print(run.Console);
        var medians = summary.Medians.Select(median => new
        {
            median.Rows[0].Density,
            median.Rows[0].Settings,
            SlicedWasserstein = DensitiesSummary.Median(median.Rows, row => row.SlicedWasserstein),
            Auroc = DensitiesSummary.Median(median.Rows, row => row.Auroc),
            Seeds = median.Rows.Count,
        });
        return run.Finish(new { summary.Rows, Medians = medians, summary.MsPerIteration, summary.Report, Output = options.OutputFolder, run.Seconds, PeakMemoryMb = PeakMemory.Megabytes() }, []);
    }

    private static Option<int> AtLeastOne(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int number) && number < 1)
                result.AddError($"Option '{name}' is {number}, and should be 1 or more.");
        });
        return option;
    }
}
