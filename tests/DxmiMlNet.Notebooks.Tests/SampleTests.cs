using DxmiMlNet.Images;
using DxmiMlNet.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Analysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Notebooks.Tests;

/// <summary>The samples in notebooks/samples do what they say.</summary>
[TestClass]
public class SampleTests
{
    private static readonly string s_data = Path.GetFullPath(Path.Combine(StoryTests.Repository, "data", "brushed-metal"));
    private static readonly string s_scratch = Path.Combine(s_data, "test", "scratch", "000.jpg");
    private static string s_folder = "";
    private static InspectionModel s_model = null!;

    [ClassInitialize]
    public static void TrainOnce(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("dxmi-samples-").FullName;
        s_model = InspectionTraining.Train(Good(), new InspectionTrainingOptions { Detector = InspectionDetector.Padim() }).Model;
    }

    [ClassCleanup]
    public static void Clean()
    {
        s_model.Dispose();
        Directory.Delete(s_folder, recursive: true);
    }

    [TestMethod]
    public void The_minimal_pipeline_saves_a_model_that_scores()
    {
        var ml = new MLContext(seed: 1);
        string file = Path.Combine(s_folder, "minimal.zip");

        MinimalPipeline.Train(ml, Good(), file);

        var verdicts = ml.Model.Load(file, out _).Transform(ml.Data.LoadInspectionImages(Test("scratch"))).GetColumn<string>("Verdict").ToArray();
        Assert.HasCount(6, verdicts);
        Assert.Contains("Reject", verdicts);
    }

    [TestMethod]
    public void Stages_of_ML_NET_load_and_resize_images_for_ours()
    {
        var ml = new MLContext(seed: 1);
        var good = ml.Data.LoadFromEnumerable(Good().Take(25).Select(part => new StockImages.Photograph { Path = part.ImagePath }));
        var scratched = ml.Data.LoadFromEnumerable(Test("scratch").Select(part => new StockImages.Photograph { Path = part.ImagePath }));

        var model = StockImages.Pipeline(ml).Fit(good);

        Assert.IsGreaterThan(model.Transform(good).GetColumn<float>("Score").Average(), model.Transform(scratched).GetColumn<float>("Score").Average());
    }

    [TestMethod]
    public async Task The_endpoint_answers_an_image_with_a_verdict_and_a_text_with_415()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapInspection(s_model);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };

        using var image = new ByteArrayContent(await File.ReadAllBytesAsync(s_scratch));
        string answer = await (await http.PostAsync("/inspect", image)).Content.ReadAsStringAsync();
        using var text = new StringContent("no image");
        var refused = await http.PostAsync("/inspect", text);

        Assert.AreEqual(s_model.Inspect(s_scratch).Score, InspectionJson.Deserialize(answer).Score!.Value, 1e-5);
        Assert.AreEqual(415, (int)refused.StatusCode);
    }

    [TestMethod]
    public async Task The_camera_loop_inspects_the_newest_frame()
    {
        using var image = ImageFile.Load(s_scratch);
        byte[] frame = new byte[image.Width * image.Height * 3];
        var seen = new List<string>();
        await using (var loop = new CameraLoop(s_model))
        {
            loop.Inspected += result => seen.Add(result.Error?.Message ?? result.Verdict);
            for (int i = 0; i < 5; i++)
                loop.OnFrame(frame, image.Width, image.Height);
        }

        Assert.IsNotEmpty(seen);
        Assert.IsTrue(seen.All(verdict => verdict == "Reject"), string.Join(", ", seen));   // a black frame is no good part
    }

    [TestMethod]
    public void A_batch_that_was_stopped_goes_on_where_it_was()
    {
        string output = Path.Combine(s_folder, "batch");
        var all = new DataFrame(new StringDataFrameColumn("path", Test("scratch").Concat(Test("dent")).Select(part => Path.GetRelativePath(s_data, part.ImagePath))));

        int first = BatchScoring.Run(s_model, all.Head(5), s_data, output), second = BatchScoring.Run(s_model, all, s_data, output);

        Assert.AreEqual((5, 7), (first, second));
        Assert.HasCount(12, File.ReadAllLines(Path.Combine(output, ResultFolder.Lines)));
    }

    private static InspectionItem[] Good() => [.. InspectionDataset.Read(s_data).Where(part => part is { Split: InspectionSplit.Train, IsAnomalous: false })];

    private static InspectionItem[] Test(string defect) => [.. InspectionDataset.Read(s_data).Where(part => part.Split == InspectionSplit.Test && part.DefectType == defect)];
}
