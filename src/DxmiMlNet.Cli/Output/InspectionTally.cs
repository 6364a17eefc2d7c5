namespace DxmiMlNet.Cli.Output;

/// <summary>Counts results.</summary>
internal sealed class InspectionTally
{
    private readonly Dictionary<string, int> _verdicts = [];
    private readonly List<FailedItem> _failed = [];

    /// <summary>Results so far.</summary>
    public int Count { get; private set; }

    /// <summary>Those that could not be inspected or written.</summary>
    public IReadOnlyList<FailedItem> Failed => _failed;

    /// <summary>How many have a verdict.</summary>
    public int this[string verdict] => _verdicts.GetValueOrDefault(verdict);

    public void Add(InspectionRecord record)
    {
        Count++;
        if (record.Error is { } error)
            _failed.Add(new FailedItem(record.Path, error));
        else
            _verdicts[record.Verdict!] = this[record.Verdict!] + 1;
    }
}
