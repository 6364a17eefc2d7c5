using DxmiMlNet.Images;

namespace DxmiMlNet.Tests;

[TestClass]
public class CalibrationSplitTests
{
    [TestMethod]
    [DataRow(24)]
    [DataRow(333)]
    public void The_seed_decides_and_no_image_is_lost(int count)
    {
        var items = Items(Enumerable.Range(0, count).Select(i => $"{i}"));
        var (fitting, calibration) = CalibrationSplit.Split(items, 19, seed: 3);

        Assert.HasCount(19, calibration);
        CollectionAssert.AreEqual(items.Except(calibration).ToArray(), fitting);
        CollectionAssert.AreEqual(calibration, CalibrationSplit.Split(items, 19, seed: 3).Calibration);
        CollectionAssert.AreNotEqual(calibration, CalibrationSplit.Split(items, 19, seed: 4).Calibration);
    }

    [TestMethod]
    public void Photographs_of_one_part_stay_on_one_side()
    {
        // 100 parts, six exposures each: the count runs on by a few from exposure to exposure and by hundreds from part to part.
        var items = Items(
            from exposure in Enumerable.Range(1, 6)
            from part in Enumerable.Range(0, 100)
            select $"exp{exposure}_num_{1000 + 500 * part + 20 * exposure}");
        var (fitting, calibration) = CalibrationSplit.Split(items, 120, seed: 1);

        var torn = fitting.Select(Part).Intersect(calibration.Select(Part)).ToArray();
        Assert.IsLessThanOrEqualTo(1, torn.Length, "only the part at which the number of images was reached");

        static int Part(InspectionItem item) => (int.Parse(Path.GetFileName(item.ImagePath).Split('_')[2]) - 1000) / 500;
    }

    [TestMethod]
    public void Folders_in_which_the_count_begins_anew_stay_on_one_side()
    {
        var items = Items(from folder in Enumerable.Range(1, 100) from part in Enumerable.Range(0, 6) select Path.Combine($"kos{folder:000}", $"Part{part}.jpg"));
        var (fitting, calibration) = CalibrationSplit.Split(items, 120, seed: 1);

        var torn = fitting.Select(Folder).Intersect(calibration.Select(Folder)).ToArray();
        Assert.IsLessThanOrEqualTo(1, torn.Length, "only the folder at which the number of images was reached");

        static string Folder(InspectionItem item) => Path.GetDirectoryName(item.ImagePath)!;
    }

    [TestMethod]
    public void The_whole_time_of_recording_is_covered()
    {
        var items = Items(Enumerable.Range(0, 1000).Select(i => $"{i:0000}"));
        var held = CalibrationSplit.Split(items, 200, seed: 2).Calibration.Select(i => int.Parse(i.ImagePath) / 50).Distinct();
        Assert.IsGreaterThanOrEqualTo(4, held.Count());
    }

    [TestMethod]
    public void Names_without_numbers_are_taken_in_their_order()
    {
        var items = Items(Enumerable.Range(0, 50).Select(i => new string((char)('a' + i % 26), 1 + i / 26)));
        Assert.HasCount(10, CalibrationSplit.Split(items, 10, seed: 1).Calibration);
    }

    private static InspectionItem[] Items(IEnumerable<string> names)
        => [.. names.Select(name => new InspectionItem(name, false, "parts", InspectionItem.Good))];
}
