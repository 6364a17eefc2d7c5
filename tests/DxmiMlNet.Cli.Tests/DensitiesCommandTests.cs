using System.Text.Json;
using System.Xml.Linq;
using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class DensitiesCommandTests
{
    private static CommandLine Experiment(string output, params string[] more)
        => CommandLine.Run(["experiment", "densities", "--density", "checkerboard", "--seeds", "1", "--iterations", "2", "--points", "100", "--output", output, .. more]);

    [TestMethod]
    public void Rows_have_the_promised_figures_and_every_run_its_page_and_curves()
    {
        using var folder = new TestFolder();
        var run = Experiment(folder.Path, "--json");
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);

        JsonElement[] rows = [.. run.Json.GetProperty("rows").EnumerateArray()];
        Assert.HasCount(9, rows);   // DxMI pretrained and from scratch, DDPM with 5, 10, 100 and 1000 steps, that of 1000 in 5, 10 and 100
        var dxmi = rows[0];
        foreach (string name in new[] { "density", "sampler", "network", "steps", "pretrained", "tau", "avr", "seed",
            "slicedWasserstein", "slicedWasserstein1", "auroc", "idealAuroc", "modeShareMin", "modeShareMax" })
            Assert.IsTrue(dxmi.TryGetProperty(name, out _), name);
        Assert.AreEqual("checkerboard", dxmi.GetProperty("density").GetString());
        CollectionAssert.AreEqual(new[] { "dxmi", "dxmi", "ddpm", "ddpm", "ddpm", "ddpm", "ddpm-converted", "ddpm-converted", "ddpm-converted" }, rows.Select(r => r.GetProperty("sampler").GetString()).ToArray());
        Assert.IsGreaterThan(0, run.Json.GetProperty("msPerIteration").GetProperty("256").GetDouble());
        Assert.IsGreaterThan(0, run.Json.GetProperty("msPerIteration").GetProperty("1024").GetDouble());

        var page = XDocument.Load(folder.File("report.html"));
        foreach (string link in page.Descendants("a").Select(a => a.Attribute("href")!.Value))
        {
            var runPage = XDocument.Load(folder.File(link));
            Assert.IsGreaterThanOrEqualTo(4, runPage.Descendants("svg").Count());   // density, samples, trajectories, curves
            Assert.HasCount(3, File.ReadAllLines(folder.File(link.Replace("report.html", "curves.csv", StringComparison.Ordinal))));
        }
    }

    [TestMethod]
    public void Any_number_of_steps_is_one_training_with_a_row_for_each_beside_fixed_ones()
    {
        using var folder = new TestFolder();
        var run = Experiment(folder.Path, "--any-step", "--json");
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        JsonElement[] rows = [.. run.Json.GetProperty("rows").EnumerateArray()];
        JsonElement[] any = [.. rows.Where(r => r.GetProperty("anyStep").GetBoolean())];
        CollectionAssert.AreEquivalent(new[] { 1, 2, 3, 4, 5, 8, 10, 16 },
            any.Where(r => !r.GetProperty("oneStep").GetBoolean() && !r.TryGetProperty("guidance", out _)).Select(r => r.GetProperty("steps").GetInt32()).ToArray());
        Assert.HasCount(1, any.Where(r => r.GetProperty("oneStep").GetBoolean()));
        CollectionAssert.AreEquivalent(new[] { 1, 2, 5, 8 }, rows.Except(any).Select(r => r.GetProperty("steps").GetInt32()).ToArray());
        Assert.HasCount(rows.Length, run.Json.GetProperty("medians").EnumerateArray());   // one seed: each is its own
        // Another measurement of a training that is there does not train again.
        string lost = Directory.GetFiles(folder.Path, "row.json", SearchOption.AllDirectories).Single(path => path.Contains("-any-3-", StringComparison.Ordinal)), before = File.ReadAllText(lost);
        File.Delete(lost);
        Experiment(folder.Path, "--any-step");
        Assert.AreEqual(Distance(before), Distance(File.ReadAllText(lost)));

        static double Distance(string row) => JsonDocument.Parse(row).RootElement.GetProperty("slicedWasserstein").GetDouble();
    }

    [TestMethod]
    public void A_second_call_makes_only_what_is_missing()
    {
        using var folder = new TestFolder();
        Experiment(folder.Path);
        string[] rows = [.. Directory.GetFiles(folder.Path, "row.json", SearchOption.AllDirectories).Order()];
        string lost = rows[0], broken = rows[1], kept = rows[2];
        File.Delete(lost);
        File.WriteAllText(broken, "{");
        var before = File.GetLastWriteTimeUtc(kept);
        var run = Experiment(folder.Path);
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.IsTrue(File.Exists(lost));
        Assert.IsGreaterThan(1, File.ReadAllText(broken).Length);
        Assert.AreEqual(before, File.GetLastWriteTimeUtc(kept));
    }

    [TestMethod]
    public void Rows_are_the_same_whether_trained_one_by_one_or_side_by_side()
    {
        using var folder = new TestFolder();
        var single = Experiment(folder.File("single"), "--json");
        var parallel = Experiment(folder.File("parallel"), "--json", "--parallel", "3");
        Assert.AreEqual(ExitCodes.Fine, parallel.ExitCode, parallel.Error);
        CollectionAssert.AreEqual(Distances(single), Distances(parallel));

        static double[] Distances(CommandLine run) => [.. run.Json.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("slicedWasserstein").GetDouble())];
    }

    [TestMethod]
    public void A_stopped_call_says_how_to_go_on()
    {
        using var folder = new TestFolder();
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var run = CommandLine.Run(stopped.Token, "experiment", "densities", "--iterations", "2", "--points", "100", "--output", folder.Path);
        Assert.AreEqual(ExitCodes.Cancelled, run.ExitCode);
        StringAssert.Contains(run.Error, "Run the same command again");
    }

    [TestMethod]
    public void An_unknown_density_or_no_seed_is_refused()
    {
        CommandLine.Run("experiment", "densities", "--density", "moons").AssertRefused("moons", "Options as the help lists them", "--help");
        CommandLine.Run("experiment", "densities", "--seeds", "0").AssertRefused("'--seeds' is 0", "Options as the help lists them", "--help");
    }
}
