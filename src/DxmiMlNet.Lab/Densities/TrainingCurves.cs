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

    // Binary format: number of names, the names; number of rows, of each its iteration and its values.
    internal void Write(BinaryWriter writer)
    {
        writer.Write(_names.Count);
        _names.ForEach(writer.Write);
        writer.Write(_rows.Count);
        foreach (var (iteration, values) in _rows)
        {
            writer.Write(iteration);
            Array.ForEach(values, writer.Write);
        }
    }

    /// <summary>Takes what <see cref="Write"/> wrote in place of what there is.</summary>
    internal void Read(BinaryReader reader)
    {
        _names.Clear();
        _rows.Clear();
        for (int left = reader.ReadInt32(); left > 0; left--)
            _names.Add(reader.ReadString());
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            int iteration = reader.ReadInt32();
            _rows.Add((iteration, [.. _names.Select(_ => reader.ReadDouble())]));
        }
    }

    /// <summary>Writes the table as CSV with a header.</summary>
    public void WriteCsv(TextWriter writer)
    {
        using var table = new CsvTable(writer, ["iteration", .. _names]);
        foreach (var (iteration, values) in _rows)
            table.Add([iteration.ToString(CultureInfo.InvariantCulture), .. values.Select(v => v.ToString("G6", CultureInfo.InvariantCulture))]);
    }
}
