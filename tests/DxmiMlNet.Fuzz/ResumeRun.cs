using System.Diagnostics;
using System.Reflection;

namespace DxmiMlNet.Fuzz;

/// <summary>Kills inspections at random moments and resumes them: every image has one result at the end, and none has two.</summary>
internal static class ResumeRun
{
    public static int Run(int seed, int images, int rounds)
    {
        using var parts = new SmallParts();
        string model = parts.File("model.zip"), photographs = parts.File("photographs");
        using (var trained = SmallTraining.Train(parts).Model)
            trained.Save(model);
        for (int i = 0; i < images; i++)
            parts.Save($"photographs/{i / 100:00}/{i:0000}.png", SmallParts.Part(1000 + i, scratched: i % 7 == 0));

        int faults = Check("uninterrupted", Start(model, photographs, parts.File("whole"), resume: false, killAt: null), parts.File("whole"), images);
        var random = new Random(seed);
        for (int round = 1; round <= rounds; round++)
        {
            string output = parts.File($"round{round}");
            Start(model, photographs, output, resume: false, killAt: random.NextDouble());
            int before = Lines(output);
            faults += Check($"round {round}, killed with {before} results", Start(model, photographs, output, resume: true, killAt: null), output, images);
        }
        Console.WriteLine($"{rounds} inspections of {images} images were killed and resumed: {faults} faults.");
        return faults > 0 ? 1 : 0;
    }

    private static int Check(string what, int exitCode, string output, int images)
    {
        string[] paths = [.. File.ReadLines(Path.Combine(output, ResultFolder.Lines)).Select(line => InspectionJson.Deserialize(line)).Where(r => r.Error is null).Select(r => r.Path)];
        int rows = File.ReadLines(Path.Combine(output, ResultFolder.Table)).Count() - 1;
        int overlays = Directory.GetFiles(Path.Combine(output, "overlays"), "*.png", SearchOption.AllDirectories).Length;
        int litter = Directory.GetFiles(output, "*.tmp", SearchOption.AllDirectories).Length;
        bool fine = exitCode == 0 && paths.Length == images && paths.Distinct().Count() == images && rows == images && overlays == images;
        Console.WriteLine($"{what}: {paths.Length} results, {paths.Distinct().Count()} different, {rows} rows, {overlays} overlays, {litter} left-over temporary files, exit code {exitCode}{(fine ? "" : " - WRONG")}");
        return fine ? 0 : 1;
    }

    private static long Bytes(string output) => new FileInfo(Path.Combine(output, ResultFolder.Lines)) is { Exists: true } file ? file.Length : 0;

    private static int Lines(string output) => File.Exists(Path.Combine(output, ResultFolder.Lines)) ? File.ReadLines(Path.Combine(output, ResultFolder.Lines)).Count() : 0;

    private static int Start(string model, string input, string output, bool resume, double? killAt)
    {
        string folder = typeof(ResumeRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Cli").Value!;
        string[] arguments = [Path.Combine(folder, "dxmi.dll"), "inspect", "--model", model, "--input", input, "--output", output, "--threads", "2", .. resume ? new[] { "--resume" } : []];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (text, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        // At a random share of the list that the uninterrupted run wrote: most of a run's time goes into starting.
        if (killAt is { } share)
        {
            long whole = Bytes(Path.Combine(Path.GetDirectoryName(output)!, "whole"));
            while (!process.HasExited && Bytes(output) < share * whole)
                Thread.Sleep(1);
            process.Kill();   // SIGKILL
        }
        process.WaitForExit();
        if (killAt is null && process.ExitCode != 0)
            Console.WriteLine($"{text.Result}{error.Result}");
        return process.ExitCode;
    }
}
