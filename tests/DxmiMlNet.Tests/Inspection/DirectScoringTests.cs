using DxmiMlNet.Images;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Tests;

/// <summary>What a direct inspection costs: no memory beyond its result, and the same numbers on any number of threads.</summary>
[TestClass]
[DoNotParallelize]
public class DirectScoringTests
{
    private const int Width = 40, Height = 30;

    private static readonly byte[] s_pixels = [.. Enumerable.Range(0, 4 * Width * Height).Select(i => (byte)(100 + i % 50))];

    private static SmallParts s_parts = null!;
    private static string s_path = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_parts = new SmallParts();
        s_path = s_parts.File("model.zip");
        using var model = SmallTraining.Train(s_parts).Model;
        model.Save(s_path);
    }

    [ClassCleanup]
    public static void Clean() => s_parts.Dispose();

    [TestMethod]
    public void After_a_first_image_nothing_is_allocated_but_the_result()
    {
        using var model = InspectionModel.Load(s_path);
        var scoreOnly = new InspectionSettings { Regions = false };
        var withMap = scoreOnly with { Maps = true };
        int map = model.Detector.Grid.Height * model.Detector.Grid.Width * sizeof(float);

        Assert.IsLessThan(400, Allocated(model, scoreOnly));
        Assert.IsLessThan(map + 500, Allocated(model, withMap));
    }

    [TestMethod]
    public void Many_threads_at_once_get_what_one_gets()
    {
        using var model = InspectionModel.Load(s_path);
        byte[][] images = [.. Enumerable.Range(0, 40).Select(i => (byte[])[.. s_pixels.Select((p, at) => (byte)(p + at * i % 17))])];
        float[] expected = [.. images.Select(pixels => Inspect(model, pixels).Score)];

        var actual = new float[images.Length];
        Parallel.For(0, images.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => actual[i] = Inspect(model, images[i]).Score);

        CollectionAssert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void Images_side_by_side_on_one_thread_each_score_as_one_image_on_all()
    {
        int before = InferenceSettings.Threads;
        try
        {
            InferenceSettings.Threads = 4;
            using var model = InspectionModel.Load(s_path);
            string[] files = [.. s_parts.Test.Select(item => item.ImagePath)];
            float[] single = [.. files.Select(file => model.Inspect(file).Score)];
            float[] sideBySide = [.. model.Inspect(files.Select(InspectionSource.File), new InspectionSettings { Parallelism = 4 }).Select(r => r.Score)];
            CollectionAssert.AreEqual(single, sideBySide);
        }
        finally
        {
            InferenceSettings.Threads = before;
        }
    }

    private static InspectionResult Inspect(InspectionModel model, byte[] pixels)
        => model.Inspect(pixels, Width, Height, ImagePixelFormat.Bgra32, settings: new InspectionSettings { Regions = false });

    private static long Allocated(InspectionModel model, InspectionSettings settings)
    {
        const int rounds = 200;
        for (int i = 0; i < 20; i++)
            model.Inspect(s_pixels, Width, Height, ImagePixelFormat.Bgra32, settings: settings);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < rounds; i++)
            model.Inspect(s_pixels, Width, Height, ImagePixelFormat.Bgra32, settings: settings);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;
    }
}
