using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Detection.PatchCore;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class CoresetTests
{
    [TestMethod]
    public void The_farthest_point_comes_next()
        => CollectionAssert.AreEqual(new[] { 0, 4, 2, 3 }, Coreset.Choose([0, 1, 5, 7, 10], 1, 4, first: 0, threads: 1));

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Choice_equals_naive_greedy_selection_with_any_number_of_threads(int threads)
    {
        const int n = 9000, d = 3, count = 60;   // several blocks
        var random = new Random(1);
        float[] points = [.. Enumerable.Range(0, n * d).Select(_ => random.NextSingle())];
        CollectionAssert.AreEqual(Naive(points, d, count, first: 5), Coreset.Choose(points, d, count, first: 5, threads));
    }

    [TestMethod]
    public void Projection_keeps_distances_about_as_they_are()
    {
        const int n = 20, channels = 1000;
        var random = new Random(1);
        float[] points = [.. Enumerable.Range(0, n * channels).Select(_ => random.NextSingle())];
        var (projected, dimension) = Coreset.Project(points, channels, 256, random, threads: 2);
        Assert.AreEqual(256, dimension);
        for (int i = 1; i < n; i++)
            Assert.AreEqual(1, Distance(projected, dimension, 0, i) / Distance(points, channels, 0, i), 0.2);
    }

    [TestMethod]
    public void Points_of_few_values_are_not_projected()
    {
        float[] points = [1, 2, 3, 4];
        var (projected, dimension) = Coreset.Project(points, 2, 128, new Random(1), 1);
        Assert.AreSame(points, projected);
        Assert.AreEqual(2, dimension);
    }

    private static int[] Naive(float[] points, int d, int count, int first)
    {
        var chosen = new List<int> { first };
        while (chosen.Count < count)
            chosen.Add(Enumerable.Range(0, points.Length / d).MaxBy(i => chosen.Min(c => Distance(points, d, i, c))));
        return [.. chosen];
    }

    private static double Distance(float[] points, int d, int a, int b)
    {
        double sum = 0;
        for (int i = 0; i < d; i++)
            sum += Math.Pow(points[a * d + i] - points[b * d + i], 2);
        return Math.Sqrt(sum);
    }
}
