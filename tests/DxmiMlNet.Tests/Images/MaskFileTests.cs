using DxmiMlNet.Images;
using SkiaSharp;

namespace DxmiMlNet.Tests.Images;

[TestClass]
public class MaskFileTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Delete_files() => _folder.Dispose();

    [TestMethod]
    public void Mask_marks_what_is_not_black()
    {
        string path = _folder.Write("m.png", Encoded.Png(2, 3, 8, [0, 1, 255, 0, 0, 128]));
        CollectionAssert.AreEqual(new[] { false, true, true, false, false, true }, MaskFile.Load(path, 2, 3));
    }

    [TestMethod]
    public void Mask_is_resampled_to_the_nearest_pixel()
    {
        string path = _folder.Write("m.png", Encoded.Png(2, 2, 8, [255, 0, 0, 255]));
        CollectionAssert.AreEqual(
            new[] { true, true, false, false, true, true, false, false, false, false, true, true, false, false, true, true },
            MaskFile.Load(path, 4, 4));
        CollectionAssert.AreEqual(new[] { true, false }, MaskFile.Load(_folder.Write("n.png", Encoded.Png(1, 4, 8, [0, 9, 0, 0])), 1, 2));
    }

    [TestMethod]
    public void Noise_of_a_JPEG_mask_is_not_a_defect()
    {
        string path = _folder.Write("m.jpg", Encoded.Skia(SKEncodedImageFormat.Jpeg, 16, 16, (_, x) => x < 8 ? new SKColor(6, 6, 6) : SKColors.White));
        var mask = MaskFile.Load(path, 16, 16);
        Assert.AreEqual(128, mask.Count(m => m));
        Assert.IsTrue(mask[15] && !mask[0]);
    }

    [TestMethod]
    public void Mask_of_another_size_than_its_image_is_an_error_that_names_both()
    {
        string image = _folder.Write("a.png", Encoded.Png(20, 30)), mask = _folder.Write("a_mask.png", Encoded.Png(20, 31));
        MaskFile.CheckSize(image, image);
        var error = Assert.ThrowsExactly<DxmiException>(() => MaskFile.CheckSize(mask, image));
        Assert.AreEqual($"Mask '{mask}' is 31 x 20 pixels, its image '{image}' 30 x 20.", error.What);
    }
}
