using nietras.SeparatedValues;

namespace DxmiMlNet.Files;

/// <summary>Writes a table as RFC 4180 has it, with commas and LF; fields are quoted where they must be.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly TextWriter _text;
    private readonly SepWriter _writer;
    private readonly int _columns;
    private bool _isClosed;

    /// <param name="text">Where to; it stays open, and its line ends become LF.</param>
    /// <param name="columns">The columns' names.</param>
    /// <param name="isContinued">Whether the text already has the header.</param>
    public CsvTable(TextWriter text, IReadOnlyList<string> columns, bool isContinued = false)
    {
        text.NewLine = "\n";
        _text = text;
        _columns = columns.Count;
        _writer = Sep.New(',').Writer(o => o with { Escape = true, WriteHeader = !isContinued }).To(text, leaveOpen: true);
        _writer.Header.Add([.. columns]);
        if (!isContinued)
            _writer.Header.Write();
    }

    /// <summary>Writes one row.</summary>
    /// <param name="cells">One a column, in their order.</param>
    /// <exception cref="ArgumentException">There are more or fewer cells than columns.</exception>
    public void Add(IReadOnlyList<string> cells)
    {
        if (cells.Count != _columns)
            throw new ArgumentException($"A row has {cells.Count} cells. Expected {_columns}, one a column. Pass an empty text where there is nothing.");
        using var row = _writer.NewRow();
        for (int i = 0; i < cells.Count; i++)
            row[i].Set(cells[i]);
    }

    /// <summary>Hands all rows so far on to where the text goes.</summary>
    public void Flush()
    {
        _writer.Flush();
        _text.Flush();
    }

    /// <summary>Hands the rest on; the text stays open.</summary>
    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _writer.Dispose();
    }
}
