namespace DxmiMlNet.Cli.Output;

/// <summary>Shows the paths of a data set relative to its folder: results stay readable, and true where the folder is moved.</summary>
internal sealed class DataPath
{
    private readonly string _root;

    /// <param name="data">A folder, or a file, whose folder then counts.</param>
    public DataPath(string data)
    {
        string path = Path.GetFullPath(data);
        _root = Path.TrimEndingDirectorySeparator(Directory.Exists(path) ? path : Path.GetDirectoryName(path)!) + Path.DirectorySeparatorChar;
    }

    /// <summary>Relative, with slashes, for a path inside the folder; any other is left as it is.</summary>
    public string Show(string path)
        => path.StartsWith(_root, StringComparison.Ordinal) ? path[_root.Length..].Replace('\\', '/') : path;

    /// <summary>What the page of an evaluation says of a model and of these images.</summary>
    public EvaluationReportOptions ReportOptions(string modelPath) => new() { ModelName = Path.GetFileName(modelPath), ImageRoot = _root };
}
