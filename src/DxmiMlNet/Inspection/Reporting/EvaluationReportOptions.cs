namespace DxmiMlNet;

/// <summary>What the page of an evaluation says besides figures and pictures.</summary>
public sealed record EvaluationReportOptions
{
    private readonly string? _root;

    /// <summary>The heading; null for "Evaluation of" and the model's name.</summary>
    public string? Title { get; init; }

    /// <summary>What the model is called, for example its file name.</summary>
    public string ModelName { get; init; } = "the model";

    /// <summary>A folder whose images are shown by their path below it, so that the page stays readable and true where the folder is moved; null for whole paths.</summary>
    public string? ImageRoot
    {
        get => _root;
        init => _root = value is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(value)) + Path.DirectorySeparatorChar;
    }

    /// <summary>At most so many images are shown with pictures; 0 or more.</summary>
    public int MaximumPictures { get; init; } = 24;

    /// <summary>How a path is shown: below <see cref="ImageRoot"/> relative to it, with slashes.</summary>
    internal string Show(string path)
        => _root is not null && path.StartsWith(_root, StringComparison.Ordinal) ? path[_root.Length..].Replace('\\', '/') : path;
}
