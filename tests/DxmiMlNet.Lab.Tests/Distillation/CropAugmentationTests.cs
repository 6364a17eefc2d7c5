using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Lab.Distillation;

namespace DxmiMlNet.Lab.Tests.Distillation;

[TestClass]
public class CropAugmentationTests
{
    private const int Side = 32;
    private static readonly Photo s_photo = new([.. Enumerable.Range(0, 60 * 40 * 3).Select(i => (byte)(i * 7))], 60, 40);

    [TestMethod]
    public void The_same_seed_gives_the_same_crop()
    {
        for (int seed = 0; seed < 20; seed++)
            CollectionAssert.AreEqual(Crop(seed), Crop(seed));
        CollectionAssert.AreNotEqual(Crop(1), Crop(2));
    }

    [TestMethod]
    public void Every_value_lies_between_0_and_1()
    {
        for (int seed = 0; seed < 50; seed++)
            Assert.IsTrue(Crop(seed).All(v => v is >= 0 and <= 1), $"seed {seed}");
    }

    [TestMethod]
    public void A_part_of_the_crops_is_grey()
    {
        int grey = Enumerable.Range(0, 100).Count(seed => Crop(seed) is var c && Enumerable.Range(0, Side * Side).All(i => Math.Abs(c[i] - c[i + Side * Side]) < 0.3));
        Assert.IsInRange(5, 60, grey);
    }

    [TestMethod]
    public void The_measuring_crop_is_the_largest_centred_square()
    {
        var ramp = new Photo([.. Enumerable.Range(0, 64 * 32).SelectMany(i => Enumerable.Repeat((byte)(i % 64), 3))], 64, 32);
        var crop = new float[3 * Side * Side];
        CropAugmentation.Centre(ramp, Side, crop);
        Assert.AreEqual(16 / 255f, crop[0], 1e-6f);
        Assert.AreEqual(47 / 255f, crop[Side - 1], 1e-6f);
    }

    [TestMethod]
    public void Seeds_of_neighbouring_positions_differ()
        => Assert.HasCount(1000, Enumerable.Range(0, 1000).Select(p => Seeds.Mix(1, p)).Distinct());

    private static float[] Crop(int seed)
    {
        var crop = new float[3 * Side * Side];
        CropAugmentation.Random(s_photo, new Random(seed), Side, crop);
        return crop;
    }
}
