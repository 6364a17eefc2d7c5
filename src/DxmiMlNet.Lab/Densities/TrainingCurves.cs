using System.Globalization;
using DxmiMlNet.Files;

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
