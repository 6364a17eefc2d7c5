using DxmiMlNet.Images;

namespace DxmiMlNet.Tests.Images;

[TestClass]
public class IgnoreMasksTests
{
    [TestMethod]
    public void A_mask_lies_where_its_image_does_under_its_name_or_with_ignore()
    {
        using var parts = new SmallParts();
        string first = Mask(parts, "masks/test/good/00.png"), second = Mask(parts, "masks/test/scratch/01_ignore.png");
        Mask(parts, "masks/test/scratch/01.png");

        var found = IgnoreMasks.Find(parts.Test, parts.Data, parts.File("masks")).ToDictionary(i => Path.GetRelativePath(parts.Data, i.ImagePath).Replace('\\', '/'), i => i.IgnoreMaskPath);

        Assert.HasCount(parts.Test.Length, found);
        Assert.AreEqual(first, found["test/good/00.png"]);
        Assert.AreEqual(second, found["test/scratch/01.png"], "_ignore goes first");
        Assert.AreEqual("", found["test/good/01.png"]);
    }

    [TestMethod]
    public void Masks_among_the_images_are_no_images()
    {
        using var parts = new SmallParts();
        string mask = Mask(parts, "parts/train/good/03_ignore.png");
        var found = IgnoreMasks.Find(parts.Good, parts.Data, parts.Data);
        Assert.HasCount(SmallParts.TrainGood, found);
        Assert.AreEqual(mask, found.Single(i => i.IgnoreMaskPath.Length > 0).IgnoreMaskPath);
    }

    [TestMethod]
    public void A_folder_without_a_mask_for_any_image_is_an_error()
    {
        using var parts = new SmallParts();
        Mask(parts, "masks/00.png");
        var error = Assert.ThrowsExactly<DxmiException>(() => IgnoreMasks.Find(parts.Test, parts.Data, parts.File("masks")));
        Assert.Contains("a/b_ignore.png", error.Expected);
        Assert.Contains("cannot be read", Assert.ThrowsExactly<DxmiException>(() => IgnoreMasks.Find(parts.Test, parts.Data, parts.File("absent"))).What);
    }

    private static string Mask(SmallParts parts, string name) => parts.Save(name, SmallParts.Paint((_, _) => 0));
}
