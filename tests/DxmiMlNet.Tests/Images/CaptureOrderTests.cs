using DxmiMlNet.Images;

namespace DxmiMlNet.Tests.Images;

[TestClass]
public class CaptureOrderTests
{
    [TestMethod]
    public void Photographs_follow_the_last_number_of_their_names()
    {
        string[] paths = ["good/exp2_num_11.jpg", "good/exp1_num_100.jpg", "good/exp1_num_9.jpg", "good/reference.jpg", "good/b9.jpg"];
        var ordered = paths.Select(p => new InspectionItem(p, false, "tile", InspectionItem.Good)).Order(CaptureOrder.Instance);
        CollectionAssert.AreEqual(new[] { "good/reference.jpg", "good/b9.jpg", "good/exp1_num_9.jpg", "good/exp2_num_11.jpg", "good/exp1_num_100.jpg" },
            ordered.Select(i => i.ImagePath).ToArray());
    }

    [TestMethod]
    public void Categories_stay_together()
    {
        InspectionItem[] items = [new("1.png", false, "b", InspectionItem.Good), new("2.png", false, "a", InspectionItem.Good)];
        CollectionAssert.AreEqual(new[] { "2.png", "1.png" }, items.Order(CaptureOrder.Instance).Select(i => i.ImagePath).ToArray());
    }
}
