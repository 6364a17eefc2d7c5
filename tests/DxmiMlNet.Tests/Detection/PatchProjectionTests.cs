using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class PatchProjectionTests
{
    [TestMethod]
    public void Components_are_uncorrelated_and_each_has_deviation_1()
    {
        var random = new Random(2);
        using var moments = new PatchProjection.Moments(5);
        float[] patches = [.. Enumerable.Range(0, 200).SelectMany(_ => Enumerable.Range(1, 5).Select(scale => scale * Normal(random)))];
        moments.Add(patches, null);

        var projection = moments.Fit(4);

        using var scope = NewDisposeScope();
        var y = (tensor(patches, [200, 5]) - tensor(projection.Mean)).mm(tensor(projection.Basis, [5, 4]));
        Assert.IsTrue((y.t().mm(y) / 200).allclose(eye(4), atol: 1e-3));
        Assert.IsTrue(projection.Spread.Zip(projection.Spread.Skip(1)).All(pair => pair.First <= pair.Second), "The largest variance is last.");
    }

    [TestMethod]
    public void Channels_that_vary_most_come_first()
    {
        var random = new Random(1);
        using var moments = new PatchProjection.Moments(3);
        moments.Add([.. Enumerable.Range(0, 500).SelectMany(_ => new[] { 0.1f * Normal(random), 3 * Normal(random), Normal(random) })], null);

        var projection = moments.Fit(1);

        Assert.AreEqual(1, Share(projection, 1), 0.02);
        Assert.AreEqual(3, projection.Spread[0], 0.3);
    }

    [TestMethod]
    public void A_channel_that_never_varies_is_left_out()
    {
        var random = new Random(3);
        using var moments = new PatchProjection.Moments(3);
        moments.Add([.. Enumerable.Range(0, 100).SelectMany(_ => new[] { 7f, Normal(random), Normal(random) })], null);

        var projection = moments.Fit(2);

        Assert.AreEqual(0, Share(projection, 0), 1e-6);
    }

    // How much of a channel's direction lies in the span of the basis, 0 to 1.
    private static double Share(PatchProjection projection, int channel)
        => Enumerable.Range(0, projection.Components).Sum(k => Math.Pow(projection.Basis[channel * projection.Components + k] * projection.Spread[k], 2));

    private static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
