using System.Globalization;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Files;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Densities;

/// <summary>Figures of training over its iterations: a table whose first column is the iteration.</summary>
public sealed class TrainingCurves
{
    private readonly List<string> _names = [];
    private readonly List<(int Iteration, double[] Values)> _rows = [];

    /// <summary>Names of the figures.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The figures by iteration, in the names' order.</summary>
    public IReadOnlyList<(int Iteration, double[] Values)> Rows => _rows;

    /// <summary>Adds the figures of an iteration; the first ones name the columns.</summary>
    public void Add(int iteration, IReadOnlyList<(string Name, double Value)> figures)
    {
        if (_rows.Count == 0)
            _names.AddRange(figures.Select(f => f.Name));
        _rows.Add((iteration, [.. figures.Select(f => f.Value)]));
    }

    /// <summary>Adds the figures of an iteration of DxMI, with the sigma and the AVR variance of every step.</summary>
    public void Add(TrainingProgress progress, Sampler sampler, DxmiTrainer trainer)
    {
        using var scope = NewDisposeScope();
        Add(progress.Iteration, [.. progress.Metrics!.Values.Where(m => !m.Name.EndsWith("sigma", StringComparison.Ordinal)),
            .. ByStep("sigma", sampler.LogSigmaOfSteps().exp()), .. ByStep("AVR variance", trainer.VelocityVariance(sampler))]);

        static IEnumerable<(string, double)> ByStep(string name, Tensor values) => values.detach().cpu().data<float>().ToArray().Select((v, t) => ($"{name} {t}", (double)v));
    }

    /// <summary>One figure over the iterations.</summary>
    public IReadOnlyList<(double Iteration, double Value)> Of(string name)
    {
        int column = _names.IndexOf(name);
        return column < 0 ? [] : [.. _rows.Select(r => ((double)r.Iteration, r.Values[column]))];
    }

    /// <summary>Writes the table as CSV with a header.</summary>
    public void WriteCsv(TextWriter writer)
    {
        using var table = new CsvTable(writer, ["iteration", .. _names]);
        foreach (var (iteration, values) in _rows)
            table.Add([iteration.ToString(CultureInfo.InvariantCulture), .. values.Select(v => v.ToString("G6", CultureInfo.InvariantCulture))]);
    }
}
