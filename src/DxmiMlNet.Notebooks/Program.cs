using DxmiMlNet.Notebooks;

// build [--output DIR] [NAME...]: runs the stories of notebooks/ in the kernel, from their folder, and writes NAME.ipynb beside NAME.cs or into DIR; without
// names all of them.
if (args is not ["build", ..])
{
    Console.Error.WriteLine("Usage: build [--output DIR] [NAME...], for example: build 01-first-inspection");
    return 2;
}
string output = ".";
string[] names = args[1..];
if (names is ["--output", var folder, ..])
    (output, names) = (Path.GetFullPath(folder), names[2..]);
if (Directory.Exists("notebooks"))
    Directory.SetCurrentDirectory("notebooks");   // a notebook's kernel runs where the notebook is
if (names.Length == 0)
    names = [.. Directory.GetFiles(".", "*.cs").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
int failed = 0;
foreach (string name in names)
{
    string? error = await NotebookBuilder.BuildAsync(name + ".cs", Path.Combine(output, name + ".ipynb"));
    Console.WriteLine(error is null ? $"{name}.ipynb" : $"{name}: FAILED\n{error}");
    failed += error is null ? 0 : 1;
}
return failed > 0 ? 1 : 0;
