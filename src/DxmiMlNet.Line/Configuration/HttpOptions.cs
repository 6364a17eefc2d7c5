namespace DxmiMlNet.Line;

/// <summary>The HTTP interface.</summary>
public sealed record HttpOptions
{
    /// <summary>Address to listen on; another than a loopback one needs <see cref="Keys"/>. Port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:8520";

    /// <summary>Certificate with private key (PKCS #12) for an https address; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>Password of the certificate.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>Who may do what. None: everything is allowed, from this machine only.</summary>
    public List<ApiKeyOptions> Keys { get; init; } = [];

    /// <summary>Whether there is a page at "/".</summary>
    public bool Dashboard { get; init; } = true;

    /// <summary>Most bytes of an image file.</summary>
    public int MaxImageBytes { get; init; } = 64 << 20;

    /// <summary>Most pixels of an image, told by its header before anything is decoded.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Most bytes of a model file.</summary>
    public long MaxModelBytes { get; init; } = 1L << 30;

    /// <summary>Images that are received at the same time, 1 or more.</summary>
    public int MaxUploads { get; init; } = 32;

    /// <summary>Slowest that a sender may be, in bytes a second.</summary>
    public double MinBytesPerSecond { get; init; } = 1000;
}

/// <summary>What the holder of a key may do. Each may also do what those before may.</summary>
public enum ApiRole
{
    /// <summary>Send parts and read verdicts.</summary>
    Line,

    /// <summary>Confirm and overrule.</summary>
    Reviewer,

    /// <summary>Change models.</summary>
    Admin,
}

/// <summary>A key of the HTTP interface.</summary>
public sealed record ApiKeyOptions
{
    /// <summary>Who holds it: audit entries say so.</summary>
    public string Name { get; init; } = "";

    /// <summary>The key, 16 characters or more; sent as <c>X-Api-Key</c> or as a bearer token.</summary>
    public string Key { get; init; } = "";

    /// <summary>What its holder may do.</summary>
    public ApiRole Role { get; init; }
}
