using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Detection.Dxmi.Sampling;
using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class DxmiGraphTests
{
    // A grid of 2 x 3 patches of 4 channels that are their own components.
    private const int Height = 2, Width = 3, Channels = 4, Patches = Height * Width;

    private static readonly float[] s_identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_graph_computes_what_libtorch_does(bool learned)
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(1);
        using var energy = new AnchoredEnergy(Channels, [8], generator, CPU);
        using (no_grad())
            energy.Parameters.Flat.copy_(randn(energy.Parameters.Count, generator: generator));
        var bank = new PatchBank([.. randn(5, Channels, generator: generator).data<float>()], [0, 1, 2, 3, 4], [1, 2, 0.5f, 1]);
        var scale = new MapScale([.. rand(Patches, generator: generator).data<float>()], [1, 2, 3, 1, 2, 3]);
        var maps = new FittedMaps(scale, scale with { Mean = new float[Patches] }, 0.5, new PooledScore([1, 3], [0.5f, 0.25f], [2, 1], (-1, 4)));
        // Whitening by position: upper triangular.
        var transform = randn(Patches, Channels, Channels, generator: generator).triu();
        float[] mean = [.. randn(Patches, Channels, generator: generator).data<float>()];
        var space = new PatchSpace(Patches, new float[Channels], s_identity, mean, [.. transform.data<float>()]);
        var graph = DxmiGraph.Write(Height, Width, space, bank, learned ? energy : null, maps, ignores: false);

        var features = randn(Patches, Channels, generator: generator) * 30;   // far patches
        var map = new float[Patches];
        var score = new float[1];
        using var session = new OnnxSession(graph, "The graph");
        session.Run(("Features", [.. features.data<float>()], [1, Height, Width, Channels]), ("AnomalyMap", map, [1, Height, Width]), ("Score", score, [1]));

        using var _ = no_grad();
        var z = (features - tensor(mean, [Patches, Channels])).unsqueeze(1).bmm(transform).squeeze(1);
        var (anchor, whole) = LearnedPart.Maps(energy, z);
        float[] own = maps.Energy.Apply([.. (learned ? whole : anchor).data<float>()]);
        var b = features * tensor(bank.Factor);
        float[] near = scale.Apply([.. cdist(b, tensor(bank.Patches, [5, Channels])).amin([1L]).data<float>()]);
        float[] expected = [.. own.Zip(near, (e, n) => e + 0.5f * n)];
        for (int p = 0; p < Patches; p++)
            Assert.AreEqual(expected[p], map[p], 2e-3 * Math.Max(1, Math.Abs(expected[p])), $"patch {p}");   // whitening has 16 bits
        Assert.AreEqual(maps.Score.Score(new HeldBackMap(map, null)), score[0], 1e-4 * Math.Abs(score[0]));
    }

    [TestMethod]
    public void The_way_to_the_whitened_space_is_read_back_from_the_graph()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(2);
        var space = new PatchSpace(Patches, [1, 2, 3, 4], s_identity, [.. randn(Patches, Channels, generator: generator).data<float>()],
            [.. randn(Patches, Channels, Channels, generator: generator).triu().data<float>()]);
        var unit = new MapScale(new float[Patches], [1, 1, 1, 1, 1, 1]);
        var graph = DxmiGraph.Write(Height, Width, space, new PatchBank(new float[Channels], [0], [1, 1, 1, 1]), null,
            new FittedMaps(unit, unit, 1, new PooledScore([1], [0], [1], (0, 1))), ignores: false);

        var read = PatchSpace.OfGraph(graph, Patches);

        CollectionAssert.AreEqual(space.Mean, read.Mean);
        CollectionAssert.AreEqual(space.Basis, read.Basis);
        for (int i = 0; i < space.Whitening.Length; i++)
            Assert.AreEqual(space.Whitening[i], read.Whitening[i], 1e-3 * Math.Max(1, Math.Abs(space.Whitening[i])));
        for (int i = 0; i < space.PositionMean.Length; i++)
            Assert.AreEqual(space.PositionMean[i], read.PositionMean[i], 1e-3 * Math.Max(1, Math.Abs(space.PositionMean[i])));
    }
}
