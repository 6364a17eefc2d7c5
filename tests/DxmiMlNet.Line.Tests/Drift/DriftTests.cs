namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class DriftTests
{
    private const double Rate = 0.05;

    [TestMethod]
    public void Of_a_thousand_streams_of_good_parts_at_most_the_stated_share_raises_an_alarm()
    {
        int alarms = 0;
        Parallel.For(0, 1000, stream =>
        {
            var random = new Random(stream);
            var monitor = Monitor(random, 100, 0.1, seed: stream);
            for (int i = 0; i < 2000; i++)
                if (Add(monitor, Normal(random)))
                    Interlocked.Increment(ref alarms);
        });
        // Ville's inequality bounds the probability; three standard deviations of the count are allowed for.
        Assert.IsLessThanOrEqualTo((int)(1000 * Rate + 3 * Math.Sqrt(1000 * Rate * (1 - Rate))), alarms);
        Console.WriteLine($"{alarms} of 1000 streams, stated {1000 * Rate}");
    }

    [TestMethod]
    public void Defective_parts_at_the_expected_rate_raise_no_alarm()
    {
        int alarms = 0;
        Parallel.For(0, 300, stream =>
        {
            var random = new Random(stream);
            var monitor = Monitor(random, 100, 0.15, seed: stream);
            for (int i = 0; i < 2000; i++)
                if (Add(monitor, random.NextDouble() < 0.04 ? 50 : Normal(random)))
                    Interlocked.Increment(ref alarms);
        });
        Assert.IsLessThanOrEqualTo((int)(300 * Rate + 3 * Math.Sqrt(300 * Rate)), alarms);
    }

    [TestMethod]
    [DataRow(0.5, 1200)]
    [DataRow(1.0, 150)]
    [DataRow(3.0, 25)]
    public void A_shift_of_scores_is_noticed_within_so_many_parts(double shift, int within)
    {
        var delays = new List<long>();
        for (int stream = 0; stream < 20; stream++)
        {
            var random = new Random(stream);
            var monitor = Monitor(random, 200, 0.15, seed: stream);
            for (int i = 0; i < 200; i++)
                Add(monitor, Normal(random));
            if (monitor.AlarmAfter is not null)
                continue;
            for (int i = 0; i < within && monitor.AlarmAfter is null; i++)
                Add(monitor, Normal(random) + shift);
            delays.Add((monitor.AlarmAfter ?? 1_000_000) - 200);
        }
        delays.Sort();
        Console.WriteLine($"shift {shift}: median {delays[delays.Count / 2]}, most {delays[^1]}");
        Assert.IsLessThanOrEqualTo(within, delays[delays.Count * 9 / 10]);
    }

    [TestMethod]
    public void P_values_of_exchangeable_scores_are_uniform_also_where_many_are_equal()
    {
        var random = new Random(1);
        var martingale = new ConformalMartingale(Enumerable.Range(0, 50).Select(_ => (float)random.Next(5)));
        double[] p = [.. Enumerable.Range(0, 5000).Select(_ => martingale.Add(random.Next(5), 1 - random.NextDouble()))];
        Assert.AreEqual(0.5, p.Average(), 0.02);
        Assert.AreEqual(0.1, p.Count(x => x < 0.1) / 5000.0, 0.015);
    }

    [TestMethod]
    public void A_dark_a_blurred_and_a_smaller_photograph_are_told_apart_from_the_usual()
    {
        var random = new Random(1);
        var guard = new QualityGuard(20, 6);
        for (int i = 0; i < 20; i++)
            guard.Learn(new ImageQuality(640, 480, 120 + random.NextDouble(), 900 + 20 * random.NextDouble()));
        Assert.IsNull(guard.Look(new ImageQuality(640, 480, 120.4, 910)));
        CollectionAssert.AreEqual(new[] { "dark" }, guard.Look(new ImageQuality(640, 480, 100, 910))!.ToArray());
        CollectionAssert.AreEqual(new[] { "blurred" }, guard.Look(new ImageQuality(640, 480, 120.4, 200))!.ToArray());
        CollectionAssert.AreEqual(new[] { "size" }, guard.Look(new ImageQuality(320, 480, 120.4, 910))!.ToArray());
        Assert.AreEqual(3, guard.InARow);
    }

    [TestMethod]
    public void Sharpness_is_the_variance_of_the_Laplacian()
    {
        // A checkerboard of 0 and 200: every Laplacian is 4 x 200 or -4 x 200.
        using var checkers = SmallParts.Paint((y, x) => (byte)((x + y) % 2 * 200), 32);
        using var flat = SmallParts.Paint((_, _) => 77, 32);
        Assert.AreEqual(640_000, ImageQuality.Of(checkers).Sharpness, 1);
        Assert.AreEqual(100, ImageQuality.Of(checkers).Brightness, 1e-9);
        Assert.AreEqual(new ImageQuality(32, 32, 77, 0), ImageQuality.Of(flat));
    }

    private static DriftMonitor Monitor(Random random, int calibration, double notPassed, int seed)
    {
        float[] scores = [.. Enumerable.Range(0, calibration).Select(_ => (float)Normal(random)).Order()];
        Threshold.Value = scores[(int)(calibration * 0.95)];
        return new DriftMonitor(scores, Threshold.Value, notPassed, Rate, seed);
    }

    private static readonly ThreadLocal<float> Threshold = new();

    private static bool Add(DriftMonitor monitor, double score) => monitor.Add((float)score, score < Threshold.Value);

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
