using System.Diagnostics;
using System.Globalization;

namespace DxmiMlNet.Fuzz;

/// <summary>
/// Feeds damaged files to the public API, kills and resumes inspections, compares exported files, or takes the newcomer's way: see the README. Prints counts; the exit code is 1 where anything went wrong.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        int Option(string name, int byDefault)
            => Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : byDefault;

        string Text(string name)
            => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : throw new ArgumentException($"{name} is missing: export --model FILE --data DIR.");

        int seed = Option("--seed", 1);
        var clock = Stopwatch.StartNew();
        int exitCode = args.FirstOrDefault() switch
        {
            "resume" => ResumeRun.Run(seed, Option("--images", 1000), Option("--rounds", 10)),
            "package" => PackageRun.Run(),
            "export" => ExportRun.Run(Text("--model"), Text("--data")),
            ExportRun.Child => ExportRun.RunChild(args[1]),
            _ => FuzzRun.Run(seed, Option("--images", 20_000), Option("--models", 2_000), Option("--descriptions", 2_000)),
        };
        if (args.FirstOrDefault() != ExportRun.Child)
            Console.WriteLine($"Seed {seed}, {clock.Elapsed.TotalSeconds:0} s.");
        return exitCode;
    }
}
