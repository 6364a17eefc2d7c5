using DxmiMlNet.Explanation;

namespace DxmiMlNet.Tests.Explanation;

[TestClass]
public class DefectRegionsTests
{
    [TestMethod]
    public void Box_area_peak_and_centroid_are_exact()
    {
        // 6 x 8: an L of four pixels, and a single pixel.
        float[] map =
        [
            0, 0, 0, 0, 0, 0, 0, 0,
            0, 5, 0, 0, 0, 0, 0, 0,
            0, 5, 0, 0, 0, 0, 9, 0,
            0, 6, 7, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0,
        ];
        var regions = DefectRegions.Find(map, 6, 8, imageHeight: 6, imageWidth: 8, threshold: 4, minimumArea: 1);
        CollectionAssert.AreEqual(new DefectRegion[]
        {
            new(X: 6, Y: 2, Width: 1, Height: 1, Area: 1, Peak: 9, CentroidX: 6.5f, CentroidY: 2.5f),
            new(X: 1, Y: 1, Width: 2, Height: 3, Area: 4, Peak: 7, CentroidX: 1.75f, CentroidY: 2.75f),
        }, regions.ToArray());
    }

    [TestMethod]
    public void Pixels_that_touch_diagonally_are_one_region()
    {
        float[] map = [9, 0, 0, 0, 9, 0, 0, 0, 9];
        Assert.AreEqual(3f, DefectRegions.Find(map, 3, 3, 3, 3, 1, 1).Single().Area);
    }

    [TestMethod]
    public void A_value_at_the_threshold_is_a_defect_as_a_score_at_the_threshold_is()
        => Assert.HasCount(1, DefectRegions.Find([1, 2, 1, 1], 2, 2, 2, 2, threshold: 2, minimumArea: 0));

    [TestMethod]
    public void Regions_below_the_minimum_area_are_left_out()
    {
        float[] map = [9, 9, 0, 0, 0, 0, 0, 0, 8];
        Assert.HasCount(2, DefectRegions.Find(map, 3, 3, 3, 3, 1, minimumArea: 1));
        Assert.AreEqual(2f, DefectRegions.Find(map, 3, 3, 3, 3, 1, minimumArea: 2).Single().Area);
        Assert.IsEmpty(DefectRegions.Find(map, 3, 3, 3, 3, 1, minimumArea: 3));
    }

    [TestMethod]
    public void Coordinates_are_in_pixels_of_the_original_image()
    {
        // The left half of a 2 x 2 map is hot: over 200 pixels the bilinear value falls from 1 at 50 to 0 at 150. A region reaches down to a
        // quarter of the way from threshold to peak, here to 0.2 + 0.25 * 0.8 = 0.4, at 110.
        var region = DefectRegions.Find([1, 0, 1, 0], 2, 2, imageHeight: 100, imageWidth: 200, threshold: 0.2f).Single();
        Assert.AreEqual(new DefectRegion(0, 0, 110, 100, 11000, 1, 55, 50), region);
    }

    [TestMethod]
    public void The_foot_of_a_strong_defect_is_no_part_of_its_region_and_a_weak_one_beside_it_stays()
    {
        var regions = DefectRegions.Find([3, 3, 90, 100, 3, 0, 0, 3], 1, 8, 1, 8, threshold: 2, minimumArea: 0);
        Assert.HasCount(2, regions);
        Assert.AreEqual(new DefectRegion(2, 0, 2, 1, 2, 100, 3, 0.5f), regions[0]);
        Assert.AreEqual(new DefectRegion(7, 0, 1, 1, 1, 3, 7.5f, 0.5f), regions[1]);
    }

    [TestMethod]
    public void A_large_image_is_searched_in_a_smaller_grid_with_coordinates_scaled_back()
    {
        var region = DefectRegions.Find([1, 0, 1, 0], 2, 2, imageHeight: 4096, imageWidth: 4096, threshold: 1 / 3f).Single();
        Assert.AreEqual(new DefectRegion(0, 0, 2048, 4096, 2048f * 4096, 1, 1024, 2048), region);   // down to 1/3 + 2/3 / 4 = 1/2
    }

    [TestMethod]
    public void A_region_keeps_its_place_when_the_sides_of_the_image_shrink_by_unequal_parts()
    {
        // 3000 x 17: the long side goes to 1024, the short one to 6; the box still reaches the image's lower edge.
        var region = DefectRegions.Find([0, 1], 2, 1, imageHeight: 3000, imageWidth: 17, threshold: 1 / 3f).Single();
        Assert.AreEqual(1500, region.Y, 3);
        Assert.AreEqual(3000, region.Y + region.Height, 0.01);
        Assert.AreEqual(17, region.Width, 0.01);
    }

    [TestMethod]
    public void A_search_is_repeated_only_where_something_that_decides_it_has_changed()
    {
        float[] map = [0, 5, 0, 7];
        bool[] ignored = [false, false, false, true];
        FoundRegions Search(float threshold = 4, double area = 1, int width = 20, bool[]? except = null) => DefectRegions.Search(map, 2, 2, 20, width, threshold, area, except);

        var found = Search();
        Assert.AreSame(found, Search());
        Assert.AreNotSame(found, Search(threshold: 4.5f));
        Assert.AreNotSame(found, found = Search());
        Assert.AreNotSame(found, Search(area: 2));
        Assert.AreNotSame(found, found = Search(width: 21));
        Assert.AreNotSame(found, found = Search(except: ignored));
        Assert.AreSame(found, Search(except: (bool[])ignored.Clone()));
        ignored[1] = true;
        Assert.IsEmpty(Search(except: ignored).Regions);
        map[0] = 6;
        Assert.AreNotSame(found, Search(except: ignored));
    }

    [TestMethod]
    public void Regions_survive_the_column_of_numbers()
    {
        DefectRegion[] regions = [new(1, 2, 3, 4, 5, 6, 7, 8), new(8, 7, 6, 5, 4, 3, 2, 1)];
        var vector = new float[16];
        regions[0].WriteTo(vector);
        regions[1].WriteTo(vector.AsSpan(8));
        CollectionAssert.AreEqual(regions, DefectRegion.FromVector(vector).ToArray());
        Assert.IsEmpty(DefectRegion.FromVector([]));
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => DefectRegion.FromVector(vector.AsSpan(1))).Message, "8 numbers a region");
    }

    [TestMethod]
    public void Wrong_arguments_are_named()
    {
        AssertNamed("map", () => DefectRegions.Find(new float[5], 2, 2, 4, 4, 1));
        AssertNamed("map", () => DefectRegions.Find([0, float.NaN, 0, 0], 2, 2, 4, 4, 1));
        AssertNamed("imageHeight", () => DefectRegions.Find(new float[4], 2, 2, 0, 4, 1));
        AssertNamed("threshold", () => DefectRegions.Find(new float[4], 2, 2, 4, 4, float.NaN));
        AssertNamed("minimumArea", () => DefectRegions.Find(new float[4], 2, 2, 4, 4, 1, -1));
    }

    private static void AssertNamed(string name, Action action)
        => Assert.AreEqual(name, Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).ParamName);
}
