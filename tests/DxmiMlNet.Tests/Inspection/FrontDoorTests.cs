using System.Runtime.CompilerServices;
using DxmiMlNet.Detection;
using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests;

/// <summary>Every way to hand an image to a model gives the same numbers.</summary>
[TestClass]
public class FrontDoorTests
{
    private const int Count = 50;

    private static SmallParts s_parts = null!;
    private static InspectionModel s_model = null!;
    private static string[] s_files = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_parts = new SmallParts();
        s_model = SmallTraining.Train(s_parts).Model;
        s_files = [.. Enumerable.Range(0, Count).Select(i => s_parts.Save($"front/{i}{(i % 2 == 0 ? ".png" : ".jpg")}",
            SmallParts.Paint((y, x) => (byte)(40 + (i * 31 + y * 7 + x * (3 + i % 5)) % 180), side: 40 + i)))];
    }

    [ClassCleanup]
    public static void Clean()
    {
        s_model.Dispose();
        s_parts.Dispose();
    }

    [TestMethod]
    public void Fifty_images_score_bit_equal_as_file_stream_bytes_MLImage_and_raw_pixels()
    {
        float[] byFile = [.. s_files.Select(file => s_model.Inspect(file).Score)];

        Assert.IsTrue(byFile.All(float.IsFinite));
        Assert.IsGreaterThan(Count / 2, byFile.Distinct().Count());
        AssertSame(byFile, file =>
        {
            using var stream = File.OpenRead(file);
            return s_model.Inspect(stream, "part 7");
        });
        AssertSame(byFile, file => s_model.Inspect(InspectionSource.Encoded(File.ReadAllBytes(file))));
        AssertSame(byFile, file =>
        {
            using var image = ImageFile.Load(file);
            return s_model.Inspect(image, "part 7");
        });
        foreach (var format in Enum.GetValues<ImagePixelFormat>().Where(f => f is not (ImagePixelFormat.Gray8 or ImagePixelFormat.Gray16)))
            AssertSame(byFile, file =>
            {
                using var image = ImageFile.Load(file);
                var (pixels, stride) = Packed(image, format);
                return s_model.Inspect(pixels, image.Width, image.Height, format, stride);
            });
    }

    [TestMethod]
    public void Grey_pixels_of_8_and_16_bits_score_as_the_same_grey_in_colour()
    {
        const int width = 30, height = 20;
        byte[] grey = [.. Enumerable.Range(0, width * height).Select(i => (byte)(i * 37 % 251))];
        byte[] wide = [.. grey.SelectMany(v => BitConverter.GetBytes((ushort)(v * 257)))];
        byte[] colour = [.. grey.SelectMany(v => new[] { v, v, v })];

        float expected = s_model.Inspect(colour, width, height, ImagePixelFormat.Rgb24).Score;
        Assert.AreEqual(expected, s_model.Inspect(grey, width, height, ImagePixelFormat.Gray8).Score);
        Assert.AreEqual(expected, s_model.Inspect(wide, width, height, ImagePixelFormat.Gray16).Score);
    }

    [TestMethod]
    public void Single_images_batches_streams_of_images_and_the_pipeline_agree()
    {
        float[] single = [.. s_files.Select(file => s_model.Inspect(file).Score)];
        float[] batch = [.. s_model.Inspect(s_files.Select(InspectionSource.File)).Select(r => r.Score)];
        float[] stream = [.. s_model.InspectAsync(Arriving(s_files)).ToBlockingEnumerable().Select(r => r.Score)];
        var ml = new MLContext();
        var view = s_model.Transformer.Transform(ml.Data.LoadInspectionImages(s_files.Select(f => new InspectionItem(f, false, "", "good"))));

        CollectionAssert.AreEqual(single, batch);
        CollectionAssert.AreEqual(single, stream);
        float[] pipeline = [.. view.GetColumn<float>("Score")];
        for (int i = 0; i < Count; i++)
            Assert.AreEqual(single[i], pipeline[i], 1e-5f * Math.Abs(single[i]), s_files[i]);
        CollectionAssert.AreEqual(view.GetColumn<string>("Verdict").ToArray(), s_files.Select(f => s_model.Inspect(f).Verdict).ToArray());
    }

    [TestMethod]
    public async Task A_finished_result_does_not_wait_for_the_next_image()
    {
        var gate = new TaskCompletionSource();
        await using var results = s_model.InspectAsync(Paused()).GetAsyncEnumerator();

        Assert.IsTrue(await results.MoveNextAsync(), "the first result is here while the source still waits");
        Assert.AreEqual(s_files[0], results.Current.Name);
        gate.SetResult();
        Assert.IsTrue(await results.MoveNextAsync());
        Assert.AreEqual(s_files[1], results.Current.Name);
        Assert.IsFalse(await results.MoveNextAsync());

        async IAsyncEnumerable<InspectionSource> Paused()
        {
            yield return s_files[0];
            await gate.Task;
            yield return s_files[1];
        }
    }

    [TestMethod]
    public void Bad_bytes_are_that_images_result_and_wrong_sizes_are_the_callers_error()
    {
        using var stream = new MemoryStream([1, 2, 3]);
        var result = s_model.Inspect(stream, "part 9");
        Assert.Contains("'part 9' is no image of a known format", result.Error!.What);
        Assert.IsTrue(result.IsRejected);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => s_model.Inspect(new byte[10], 4, 4, ImagePixelFormat.Gray8));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => s_model.Inspect(new byte[100], 4, 4, ImagePixelFormat.Rgb24, stride: 11));
    }

    [TestMethod]
    [DataRow("patchcore")]
    [DataRow("padim")]
    public void Training_takes_any_detector(string method)
    {
        using var model = InspectionTraining.Train(s_parts.Good, SmallTraining.Options(s_parts) with { Detector = InspectionDetector.Of(method) }).Model;
        Assert.Contains(method, model.Detector.Summary.ToLowerInvariant());
        Assert.IsTrue(s_parts.Test.All(item => float.IsFinite(model.Inspect(InspectionSource.Of(item)).Score)));
    }

    [TestMethod]
    public void A_detector_of_ones_own_is_a_factory()
    {
        DetectorSettings? seen = null;
        var own = new InspectionDetector("own", (ml, settings) =>
        {
            seen = settings;
            return ml.AnomalyDetection.Trainers.Padim(channels: 3, seed: settings.Seed);
        });
        using var model = InspectionTraining.Train(s_parts.Good, SmallTraining.Options(s_parts) with { Detector = own, Seed = 5 }).Model;
        Assert.AreEqual(5, seen!.Seed);
        Assert.Contains("3 of", model.Detector.Summary);
    }

    [TestMethod]
    public void A_chain_in_a_chain_is_a_whole_model()   // defect 7: detect.Append(decide) of the README
    {
        var stages = ((IEnumerable<ITransformer>)s_model.Transformer).ToArray();
        var nested = new TransformerChain<ITransformer>(new TransformerChain<ITransformer>(stages[..2]), new TransformerChain<ITransformer>(stages[2..]));
        string path = s_parts.File("nested.zip");
        new MLContext().Model.Save(nested, null, path);

        using var loaded = InspectionModel.Load(path);
        Assert.AreEqual(s_model.Inspect(s_files[0]).Score, loaded.Inspect(s_files[0]).Score);
    }

    private static void AssertSame(float[] expected, Func<string, InspectionResult> inspect)
    {
        for (int i = 0; i < Count; i++)
            Assert.AreEqual(BitConverter.SingleToInt32Bits(expected[i]), BitConverter.SingleToInt32Bits(inspect(s_files[i]).Score), s_files[i]);
    }

    // The image's pixels in another layout, with three bytes of nothing at the end of each row.
    private static (byte[] Pixels, int Stride) Packed(MLImage image, ImagePixelFormat format)
    {
        int bytes = format is ImagePixelFormat.Rgb24 or ImagePixelFormat.Bgr24 ? 3 : 4;
        int stride = bytes * image.Width + 3;
        bool redFirst = format is ImagePixelFormat.Rgb24 or ImagePixelFormat.Rgba32;
        var packed = new byte[stride * image.Height];
        for (int y = 0; y < image.Height; y++)
            for (int x = 0; x < image.Width; x++)
                for (int c = 0; c < 3; c++)
                    packed[y * stride + x * bytes + c] = image.Pixels[4 * (y * image.Width + x) + (redFirst ? 2 - c : c)];   // files are decoded to blue, green, red
        return (packed, stride);
    }

    private static async IAsyncEnumerable<InspectionSource> Arriving(IEnumerable<string> files, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (string file in files)
        {
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            yield return file;
        }
    }
}
