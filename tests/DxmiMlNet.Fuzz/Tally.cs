using System.Diagnostics;

namespace DxmiMlNet.Fuzz;

/// <summary>Counts what became of damaged files, and what should not have happened.</summary>
internal sealed class Tally(string what)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    private readonly List<string> _faults = [];
    private TimeSpan _slowest;
    private int _accepted, _refused;

    public int Faults => _faults.Count;

    /// <summary>Does one thing to the library: it may succeed, or refuse in three sentences, within five seconds.</summary>
    /// <param name="name">Repeats it: seed, number, what was damaged.</param>
    /// <param name="action">Does it; what it returns is a fault, null none.</param>
    public void Try(string name, Func<string?> action)
    {
        var clock = Stopwatch.StartNew();
        using var watch = new Timer(_ => Hang(name), null, 4 * s_longest, Timeout.InfiniteTimeSpan);
        try
        {
            if (action() is { } fault)
                Fault(name, fault);
            _accepted++;
        }
        catch (DxmiException e)
        {
            _refused++;
            if (e.What.Length == 0 || e.Expected.Length == 0 || e.Remedy.Length == 0)
                Fault(name, $"refused without three parts: {e.Message}");
            if (e.Message.Length > 2_000)
                Fault(name, $"refused with {e.Message.Length} characters: {e.Message[..300]}");
        }
        catch (Exception e)
        {
            Fault(name, e.ToString());
        }
        if (clock.Elapsed > s_longest)
            Fault(name, $"took {clock.Elapsed.TotalSeconds:0.0} s");
        if (clock.Elapsed > _slowest)
            _slowest = clock.Elapsed;
    }

    public void Print()
    {
        Console.WriteLine($"{what}: {_accepted + _refused + _faults.Count(f => f.Contains("Exception", StringComparison.Ordinal))} tried, {_accepted} accepted, {_refused} refused in three parts, "
            + $"{_faults.Count} faults; the slowest took {_slowest.TotalSeconds:0.00} s.");
        foreach (string fault in _faults.Take(20))
            Console.WriteLine($"  {fault}");
    }

    private void Fault(string name, string what)
    {
        if (_faults.Count < 1000)
            _faults.Add($"{name}: {what}");
    }

    // What hangs cannot be stopped from outside: the program ends, and says where.
    private void Hang(string name)
    {
        Console.WriteLine($"{what}: {name} hangs.");
        Environment.Exit(1);
    }
}
