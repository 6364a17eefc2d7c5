namespace DxmiMlNet.Fuzz;

/// <summary>Folders of one run: inputs, outputs, and the working and temporary folder, in which nothing may appear.</summary>
internal sealed class FuzzPlace : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("dxmi-fuzz-").FullName;
    private readonly string _home = Environment.CurrentDirectory;

    public FuzzPlace()
    {
        foreach (string name in new[] { "in", "out", "work", "tmp" })
            Directory.CreateDirectory(Path.Combine(_root, name));
        Environment.CurrentDirectory = Path.Combine(_root, "work");
        Environment.SetEnvironmentVariable("TMPDIR", Path.Combine(_root, "tmp"));
    }

    public string Input(string name) => Path.Combine(_root, "in", name);

    public string Output(string name) => Path.GetFullPath(Path.Combine(_root, "out", name));

    /// <summary>What was written anywhere but into the output folder, as far as this program's folders show it.</summary>
    public string[] Strays()
    {
        string[] own = ["model.zip", "damaged.zip", "a.png", "b, \"c\".png", "list.csv", "tiny.onnx", "tiny.json", "backbone.json"];
        return [.. Directory.GetFileSystemEntries(_root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_root, path).Replace('\\', '/'))
            .Where(path => path is not ("in" or "out" or "work" or "tmp") && !path.StartsWith("out/results", StringComparison.Ordinal) && !own.Contains(path.Replace("in/", "")))];
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _home;
        Directory.Delete(_root, recursive: true);
    }
}
