using DxmiMlNet.Explanation;

namespace DxmiMlNet.Tests.Explanation;

[TestClass]
public class HeatColorsTests
{
    [TestMethod]
    public void Lightness_rises_all_along_the_scale()
    {
        double last = -1;
        for (int i = 0; i <= 100; i++)
        {
            double lightness = Lightness(HeatColors.At(i / 100.0));
            Assert.IsGreaterThan(last, lightness, $"at {i} %");
            last = lightness;
        }
    }

    [TestMethod]
    public void No_colour_of_the_scale_is_grey()
    {
        for (int i = 0; i <= 100; i++)
        {
            var (red, green, blue) = HeatColors.At(i / 100.0);
            Assert.IsGreaterThan(90, Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue)), $"at {i} %");
        }
    }

    [TestMethod]
    public void Positions_outside_the_scale_have_the_colour_of_its_ends()
    {
        Assert.AreEqual(HeatColors.At(0), HeatColors.At(-3));
        Assert.AreEqual(HeatColors.At(1), HeatColors.At(double.PositiveInfinity));
        Assert.AreEqual(HeatColors.At(0), HeatColors.At(double.NaN));
        Assert.AreEqual(((byte)0xF0, (byte)0xF9, (byte)0x21), HeatColors.At(1));
    }

    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(1.0 / 3, 0.0)]
    [DataRow(0.5, 0.5)]
    [DataRow(0.9, 1.0)]
    public void The_first_third_of_the_scale_is_clear_and_the_last_fully_covers(double position, double coverage)
        => Assert.AreEqual(coverage, HeatColors.Coverage(position), 1e-12);

    // L* of CIE 1976 from sRGB.
    private static double Lightness((byte Red, byte Green, byte Blue) colour)
    {
        double y = 0.2126 * Linear(colour.Red) + 0.7152 * Linear(colour.Green) + 0.0722 * Linear(colour.Blue);
        return y > 0.008856 ? 116 * Math.Cbrt(y) - 16 : 903.3 * y;
    }

    private static double Linear(byte value) => value <= 10 ? value / 255.0 / 12.92 : Math.Pow((value / 255.0 + 0.055) / 1.055, 2.4);
}
