namespace DxmiMlNet;

/// <summary>
/// What went wrong, in the three parts that a person at a machine needs: what is wrong with which thing, what was expected, what to do.
/// </summary>
public class DxmiException : Exception
{
    /// <summary>Builds the message from its three sentences.</summary>
    /// <param name="what">What is wrong with which thing, as a sentence.</param>
    /// <param name="expected">What was expected, as a sentence.</param>
    /// <param name="remedy">What to do, as a sentence.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public DxmiException(string what, string expected, string remedy, Exception? inner = null)
        : base($"{what} {expected} {remedy}", inner)
    {
        What = what;
        Expected = expected;
        Remedy = remedy;
    }

    /// <summary>What is wrong with which thing.</summary>
    public string What { get; }

    /// <summary>What was expected.</summary>
    public string Expected { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
