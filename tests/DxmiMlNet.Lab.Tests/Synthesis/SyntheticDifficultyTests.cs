using DxmiMlNet.Lab.Synthesis;

namespace DxmiMlNet.Lab.Tests.Synthesis;

[TestClass]
public class SyntheticDifficultyTests
{
    private const int Size = 96, Train = 16, Test = 16, PerDefect = 8;

    [TestMethod]
    [DataRow("brushed-metal")]
    [DataRow("woven-fabric")]
    [DataRow("printed-board")]
    [DataRow("cast-surface")]
    public void Comparing_with_the_mean_image_does_not_find_the_defects(string kind)
    {
        var mean = new float[Size * Size * 3];
        foreach (var sample in Parts(0, Train, null))
            for (int i = 0; i < mean.Length; i++)
                mean[i] += sample.Pixels[i] / (float)Train;

        var good = Parts(Train, Test, null).Select(Distance).ToArray();
        var bad = SyntheticTexture.DefectsOf(kind).SelectMany(defect => Parts(0, PerDefect, defect)).Select(Distance).ToArray();

        Assert.IsLessThan(0.75, Auroc(good.Select(g => g.Max), bad.Select(b => b.Max)), "largest difference");
        Assert.IsLessThan(0.75, Auroc(good.Select(g => g.Mean), bad.Select(b => b.Mean)), "mean difference");

        IEnumerable<SyntheticSample> Parts(int first, int count, string? defect)
            => Enumerable.Range(first, count).Select(i => SyntheticTexture.RenderSample(kind, seed: 1, Size, i, defect));

        (double Max, double Mean) Distance(SyntheticSample sample)
        {
            var differences = sample.Pixels.Select((p, i) => (double)Math.Abs(p - mean[i]));
            return (differences.Max(), differences.Average());
        }
    }

    [TestMethod]
    [DataRow("brushed-metal", "scratch")]
    [DataRow("woven-fabric", "misplaced_thread")]
    [DataRow("printed-board", "missing_part")]
    [DataRow("cast-surface", "pore")]
    public void The_mask_holds_all_that_changed_and_nothing_far_from_it(string kindName, string defect)
    {
        var kind = SyntheticTexture.Find(kindName);
        float[] good = Levels(null), defective = Levels(new Flaw(defect, new PortableRandom(1, "flaw"), Boost: 1));
        var (mask, peak) = DefectMask.Between(good, defective, Size);

        var changed = Enumerable.Range(0, Size * Size).Where(i => Enumerable.Range(3 * i, 3).Any(c => Math.Abs(good[c] - defective[c]) >= DefectMask.Threshold)).ToHashSet();
        Assert.IsNotEmpty(changed);
        Assert.IsGreaterThan(DefectMask.Threshold, peak);
        foreach (int i in changed)
            Assert.AreEqual(255, mask[i]);
        for (int i = 0; i < mask.Length; i++)
            if (mask[i] == 255)
                Assert.IsTrue(changed.Any(c => Math.Abs(c % Size - i % Size) <= 1 && Math.Abs(c / Size - i / Size) <= 1), $"pixel {i % Size}, {i / Size}");

        float[] Levels(Flaw? flaw)
        {
            var surface = kind.Make(Size, new PortableRandom(1, "design"), new PortableRandom(1, "part"), flaw);
            return new Camera(Size, new PortableRandom(1, "camera")).Develop(kind.Light(new PortableRandom(1, "light")).Shade(surface));
        }
    }

    /// <summary>Probability that a defective part scores above a good one.</summary>
    private static double Auroc(IEnumerable<double> good, IEnumerable<double> bad)
        => bad.SelectMany(_ => good, (b, g) => b > g ? 1 : b == g ? 0.5 : 0).Average();
}
