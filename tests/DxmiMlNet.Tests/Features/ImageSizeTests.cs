using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;

namespace DxmiMlNet.Tests.Features;

[TestClass]
public class ImageSizeTests
{
    private static readonly BackboneDescription s_backbone = TinyBackbone.Description with { DefaultImageSize = 64 };   // its coarsest stride is 8

    [TestMethod]
    [DataRow("0", 0, 0)]
    [DataRow("320", 320, 320)]
    [DataRow("256x640", 256, 640)]
    [DataRow("AUTO", -1, -1)]
    public void A_size_is_read_and_written(string text, int height, int width)
    {
        var size = ImageSize.Parse(text);
        Assert.AreEqual(new ImageSize(height, width), size);
        Assert.AreEqual(text.ToLowerInvariant(), size.ToString());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("big")]
    [DataRow("-1")]
    [DataRow("32x")]
    [DataRow("0x32")]
    [DataRow("1x2x3")]
    public void Anything_else_is_refused_with_examples(string text)
        => StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => ImageSize.Parse(text)).Message, "256x640");

    [TestMethod]
    public void Auto_keeps_the_median_aspect_and_about_the_number_of_patches()
    {
        var size = ImageSize.Auto.Resolve(s_backbone, [(100, 400), (50, 200), (60, 241), (10, 1000)]);
        Assert.AreEqual(new ImageSize(32, 128), size);
        Assert.AreEqual(new ImageSize(64, 64), ImageSize.Auto.Resolve(s_backbone, [(7, 7)]));
    }

    [TestMethod]
    public void Images_without_a_common_shape_take_the_backbones_own_size()
        => Assert.AreEqual(default, ImageSize.Auto.Resolve(s_backbone, [(100, 400), (100, 100), (120, 100), (400, 100)]));

    [TestMethod]
    public void Without_images_the_backbones_own_size_is_taken()
        => Assert.AreEqual(default, ImageSize.Auto.Resolve(s_backbone, []));

    [TestMethod]
    public void Sizes_stay_within_what_the_backbone_can_take()
    {
        var size = ImageSize.Auto.Resolve(s_backbone, [(1, 1000)]);
        Assert.IsTrue(size is { Height: >= BackboneDescription.SmallestImageSize } && size.Height % 8 == 0 && size.Width % 8 == 0, $"{size}");
    }

    [TestMethod]
    public void A_model_trained_with_auto_keeps_the_shape_of_its_images()
    {
        using var parts = new SmallParts();
        using var trained = InspectionTraining.Train(parts.Good, SmallTraining.Options(parts) with { ImageSize = new ImageSize(32, 64) }).Model;
        Assert.AreEqual((32, 64), (trained.Features.ImageHeight, trained.Features.ImageWidth));
        string path = Path.Combine(Path.GetDirectoryName(parts.BackbonePath)!, "wide.zip");
        trained.Save(path);
        using var loaded = InspectionModel.Load(path);
        Assert.AreEqual((32, 64), (loaded.Features.ImageHeight, loaded.Features.ImageWidth));
        Assert.AreEqual(trained.Inspect(parts.Good[0].ImagePath).Score, loaded.Inspect(parts.Good[0].ImagePath).Score);

        using var square = InspectionTraining.Train(parts.Good, SmallTraining.Options(parts) with { ImageSize = ImageSize.Auto }).Model;
        Assert.AreEqual(square.Features.ImageHeight, square.Features.ImageWidth, "The photographs are square.");
    }
}
