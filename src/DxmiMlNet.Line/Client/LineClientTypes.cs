namespace DxmiMlNet.Line.Client;

/// <summary>Which part an image shows.</summary>
public sealed record PartToInspect
{
    /// <summary>Its id; null lets the service make one, and then what is sent twice is two parts.</summary>
    public string? PartId { get; init; }

    /// <summary>Where it was photographed; null for "http".</summary>
    public string? Station { get; init; }

    /// <summary>How it is judged, by recipe or product code; null for the recipe of the station.</summary>
    public string? Recipe { get; init; }
}

/// <summary>Which reviews.</summary>
public enum ReviewFilter
{
    /// <summary>Parts that did not pass and that nobody has looked at.</summary>
    Open,

    /// <summary>Parts whose verdict a person changed.</summary>
    Overruled,
}

/// <summary>Which parts.</summary>
public sealed record PartFilter
{
    /// <summary>Of one station; null for all.</summary>
    public string? Station { get; init; }

    /// <summary>With one verdict; null for all.</summary>
    public string? Verdict { get; init; }

    /// <summary>With such a review; null for all.</summary>
    public ReviewFilter? Review { get; init; }

    /// <summary>Accepted before; null for all.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>At most so many, 1 to 500.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>The service refused, and says why.</summary>
public sealed class LineProblemException : DxmiException
{
    internal LineProblemException(int status, TimeSpan? retryAfter, string what, string expected, string remedy)
        : base(what, expected, remedy)
    {
        (Status, RetryAfter) = (status, retryAfter);
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>When to send again; null where that is of no use.</summary>
    public TimeSpan? RetryAfter { get; }
}
