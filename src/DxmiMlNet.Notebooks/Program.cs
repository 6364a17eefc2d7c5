using DxmiMlNet.Notebooks;

// build [NAME...]: runs the stories of notebooks/ in the kernel, from their folder, and writes NAME.ipynb beside NAME.cs; without names all of them.
if (args is not ["build", ..])
{
    Console.Error.WriteLine("Usage: build [NAME...], in a folder of stories, for example: build 01-first-inspection");
    return 2;
}
string folder = Directory.Exists("notebooks") ? "notebooks" : ".";
Directory.SetCurrentDirectory(folder);   // a notebook's kernel runs where the notebook is
string[] names = args.Length > 1 ? args[1..] : [.. Directory.GetFiles(".", "*.cs").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
int failed = 0;
foreach (string name in names)
{
    string? error = await NotebookBuilder.BuildAsync(name + ".cs", name + ".ipynb");
    Console.WriteLine(error is null ? $"{name}.ipynb" : $"{name}: FAILED\n{error}");
    failed += error is null ? 0 : 1;
}
return failed > 0 ? 1 : 0;
