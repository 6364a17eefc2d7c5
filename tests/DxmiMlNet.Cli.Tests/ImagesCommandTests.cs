using System.Text.Json;
using System.Xml.Linq;
using DxmiMlNet.Images;
using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class ImagesCommandTests
{
    private static CommandLine Experiment(string output, params string[] more)
        => CommandLine.Run(["experiment", "images", "--size", "8", "--shrink", "4", "--steps", "2", "--pretraining", "40", "--iterations", "2", "--batch-size", "4", "--samples", "16",
            "--threads", "1", "--output", output, .. more]);

    [TestMethod]
    public void Rows_have_the_promised_figures_and_every_run_its_page_curves_and_sheets()
    {
        using var folder = new TestFolder();
        var run = Experiment(folder.Path, "--json");
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);

        JsonElement[] rows = [.. run.Json.GetProperty("rows").EnumerateArray()];
        CollectionAssert.AreEqual(new[] { "ddpm 2 before", "ddpm 2 after", "edm 2 before", "edm 2 after" },
            rows.Select(r => $"{r.GetProperty("start").GetString()} {r.GetProperty("steps").GetInt32()} {r.GetProperty("phase").GetString()}").ToArray());
        foreach (var row in rows)
            foreach (string name in new[] { "seed", "kernelDistance", "frechetDistance", "recall", "seconds" })
                Assert.IsTrue(double.IsFinite(row.GetProperty(name).GetDouble()), name);
        var floor = run.Json.GetProperty("floor");
        Assert.IsLessThan(rows[0].GetProperty("frechetDistance").GetDouble(), floor.GetProperty("frechetDistance").GetDouble());

        var page = XDocument.Load(folder.File("report.html"));
        Assert.AreEqual(4, page.Descendants("a").Count());
        Assert.AreEqual(1, page.Descendants("img").Count());   // held-out crops
        foreach (string name in new[] { "ddpm-2-seed1", "edm-2-seed1" })
        {
            string runFolder = folder.File($"runs/{name}");
            var runPage = XDocument.Load(Path.Combine(runFolder, "report.html"));
            Assert.AreEqual(2, runPage.Descendants("img").Count());
            Assert.IsGreaterThanOrEqualTo(4, runPage.Descendants("svg").Count());   // energies, losses, spread, sigmas, AVR variances
            string header = File.ReadLines(Path.Combine(runFolder, "curves.csv")).First();
            foreach (string column in new[] { "energy of data", "value loss", "sampler loss", "spread", "sigma 1", "AVR variance 1" })
                StringAssert.Contains(header, column);
            Assert.IsGreaterThan(100, ImageFile.ReadSize(Path.Combine(runFolder, "after.png")).Width);
        }
    }

    [TestMethod]
    public void A_second_call_makes_only_what_is_missing_and_the_same()
    {
        using var folder = new TestFolder();
        var first = Experiment(folder.Path, "--json");
        string network = folder.File("runs/edm-0-seed1/network.bin"), lost = folder.File("runs/edm-2-seed1/rows.json"), kept = folder.File("runs/ddpm-2-seed1/rows.json");
        var before = (File.GetLastWriteTimeUtc(network), File.GetLastWriteTimeUtc(kept));
        File.WriteAllText(lost, "{");
        var second = Experiment(folder.Path, "--json");
        Assert.AreEqual(ExitCodes.Fine, second.ExitCode, second.Error);
        Assert.AreEqual(before, (File.GetLastWriteTimeUtc(network), File.GetLastWriteTimeUtc(kept)));
        CollectionAssert.AreEqual(Distances(first), Distances(second));

        static double[] Distances(CommandLine run) => [.. run.Json.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("frechetDistance").GetDouble())];
    }

    [TestMethod]
    public void Photographs_in_colour_are_cropped_too()
    {
        using var folder = new TestFolder();
        Assert.AreEqual(ExitCodes.Fine, CommandLine.Run("synthesize", "--kind", "cast-surface", "--size", "64", "--train-good", "3", "--test-good", "2", "--test-per-defect", "0",
            "--output", folder.File("parts")).ExitCode);
        var run = Experiment(folder.File("out"), "--data", folder.File("parts"), "--channels", "3", "--starts", "edm", "--json");
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.AreEqual("parts", run.Json.GetProperty("data").GetString());
        Assert.AreEqual(2, run.Json.GetProperty("rows").GetArrayLength());   // before and after
    }

    [TestMethod]
    public void A_tuned_sampler_is_converted_to_one_step_where_asked_for()
    {
        using var folder = new TestFolder();
        var run = Experiment(folder.Path, "--one-step", "2", "--starts", "edm", "--json");
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        JsonElement[] rows = [.. run.Json.GetProperty("rows").EnumerateArray()];
        CollectionAssert.AreEqual(new[] { "before", "after", "one step" }, rows.Select(r => r.GetProperty("phase").GetString()).ToArray());
        Assert.IsTrue(double.IsFinite(rows[2].GetProperty("kernelDistance").GetDouble()));
        Assert.AreEqual(3, XDocument.Load(folder.File("runs/edm-2-seed1/report.html")).Descendants("img").Count());
    }

    [TestMethod]
    public void A_stopped_call_says_how_to_go_on()
    {
        using var folder = new TestFolder();
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var run = CommandLine.Run(stopped.Token, "experiment", "images", "--size", "8", "--samples", "8", "--output", folder.Path);
        Assert.AreEqual(ExitCodes.Cancelled, run.ExitCode);
        StringAssert.Contains(run.Error, "Run the same command again");
    }

    [TestMethod]
    public void Sizes_and_steps_that_cannot_be_are_refused()
    {
        CommandLine.Run("experiment", "images", "--size", "20").AssertRefused("'--size' is 20", "Options as the help lists them", "--help");
        CommandLine.Run("experiment", "images", "--steps", "1").AssertRefused("'--steps' is 1", "Options as the help lists them", "--help");
    }
}
