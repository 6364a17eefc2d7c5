using DxmiMlNet.Explanation;
using DxmiMlNet.Reports;
using DxmiMlNet.Tests.Explanation;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Reports;

[TestClass]
public class ReportPictureTests
{
    [TestMethod]
    public void A_large_photograph_is_shrunk_and_its_own_size_is_kept_for_the_regions()
    {
        using var photograph = Photographs.Plain(300, 600, 200, 100, 50);
        var picture = ReportPicture.Encode("a.png", photograph, photograph, [], longestSide: 100);
        Assert.AreEqual((600, 300), (picture.Width, picture.Height));
        using var shown = MLImage.CreateFromStream(new MemoryStream(picture.Original));
        Assert.AreEqual((100, 50), (shown.Width, shown.Height));
        var (red, green, blue) = Photographs.At(shown, 50, 25);
        Assert.AreEqual(200, red, 3);
        Assert.AreEqual(100, green, 3);
        Assert.AreEqual(50, blue, 3);
    }

    [TestMethod]
    public void What_a_browser_cannot_show_is_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => ReportPicture.ToDataUri([1, 2, 3, 4])).Message, "neither PNG nor JPEG");
}
