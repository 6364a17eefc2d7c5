using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Detection;
using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class DxmiGraphTests
{
    // A grid of 2 x 3 patches of 4 channels, neither projected nor whitened, so that map and energy can be compared.
    private const int Height = 2, Width = 3, Channels = 4, Patches = Height * Width;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_map_of_the_graph_is_the_energy_of_every_patch(bool fitted)
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(1);
        using var energy = new AnchoredEnergy(Channels, [8], generator, CPU, fitted ? Gaussian.Fit(randn(50, Channels, generator: generator) * 2 + 3) : null);
        using (no_grad())
            energy.Parameters.Flat.copy_(randn(energy.Parameters.Count, generator: generator));
        float[] identity = [.. eye(Channels).data<float>()];
        var graph = DxmiGraph.Write(Height, Width,
            new PatchProjection(new float[Channels], [1, 1, 1, 1], identity, Channels, Channels),
            new PatchWhitening(new float[Patches * Channels], [.. Enumerable.Repeat(identity, Patches).SelectMany(v => v)], Patches, Channels, "none"),
            energy, pooledPatches: 2, ignores: false);

        float[] features = [.. (randn(Patches, Channels, generator: generator) * 30).data<float>()];   // far patches too
        var map = new float[Patches];
        var score = new float[1];
        using var session = new OnnxSession(graph, "The graph");
        session.Run(("Features", features, [1, Height, Width, Channels]), ("AnomalyMap", map, [1, Height, Width]), ("Score", score, [1]));

        float[] expected = [.. energy.Evaluate(tensor(features, [Patches, Channels])).detach().data<float>()];
        for (int p = 0; p < Patches; p++)
            Assert.AreEqual(expected[p], map[p], 1e-4 * Math.Max(1, Math.Abs(expected[p])), $"patch {p}");
        float highest = expected.OrderDescending().Take(2).Average();
        Assert.AreEqual(highest, score[0], 1e-4 * Math.Max(1, Math.Abs(highest)));
    }
}
