using DxmiMlNet.Lab.Distillation;
using DxmiMlNet.Onnx;
using TorchSharp;

namespace DxmiMlNet.Lab.Tests.Distillation;

[TestClass]
public class InspectionBackboneTests
{
    [TestMethod]
    [DataRow(64, 64)]
    [DataRow(61, 35)]
    [DataRow(17, 16)]
    public void A_tap_has_the_side_divided_by_its_stride_rounded_up(int height, int width)
    {
        using var backbone = TinyBackbone.Create(seed: 1);
        var taps = backbone.forward(torch.zeros(2, 3, height, width));
        Assert.HasCount(3, taps);
        for (int i = 0; i < 3; i++)
        {
            int stride = 4 << i;
            long[] expected = [2, TinyBackbone.Architecture.Stages[i].Channels, (height + stride - 1) / stride, (width + stride - 1) / stride];
            CollectionAssert.AreEqual(expected, taps[i].shape);
        }
    }

    [TestMethod]
    public void The_default_network_needs_less_than_one_billion_operations_at_256()
        => Assert.IsLessThan(1_000_000_000, BackboneArchitecture.Default.Flops(256, 256));

    [TestMethod]
    public void Operations_are_two_a_multiply_add_and_one_an_addition()
    {
        var architecture = new BackboneArchitecture(2, new BackboneStage(Channels: 3, DownChannels: 5, Blocks: 1, Expansion: 2));
        long stem = 4 * 4 * 3 * 9 * 2, down = 2 * 2 * (2 * 9 * 5 + 5 * 3), residual = 2 * 2 * (3 * 6 + 6 * 9 + 6 * 3), map = 2 * 2 * 3 * 3;
        Assert.AreEqual(2 * (stem + down + residual + map) + 2 * 2 * 3, architecture.Flops(8, 8));
    }

    [TestMethod]
    public void A_folded_convolution_equals_convolution_and_batch_norm()
    {
        using var backbone = TinyBackbone.Create(seed: 2);
        var unit = backbone.Units[0];
        var image = torch.randn(1, 3, 16, 16);
        var (weights, bias) = unit.Folded();
        var folded = torch.nn.functional.conv2d(image, torch.tensor(weights, [4, 3, 3, 3]), torch.tensor(bias), strides: [2, 2], padding: [1, 1]).relu();
        Assert.IsLessThan(1e-5, (folded - unit.forward(image)).abs().max().item<float>());
    }

    [TestMethod]
    [DataRow(false, 1e-4f)]
    [DataRow(true, 1e-2f)]
    public void The_exported_file_gives_the_taps_of_the_torch_network(bool half, float tolerance)
    {
        using var backbone = TinyBackbone.Create(seed: 3);
        using var session = new OnnxSession(BackboneExport.ToOnnx(backbone, half), "The test backbone");
        var image = torch.randn(2, 3, 37, 50);
        var taps = backbone.forward(image);
        var values = taps.Select(t => new float[t.numel()]).ToArray();
        session.Run(("image", image.data<float>().ToArray(), image.shape),
            [.. taps.Select((t, i) => ($"stride{4 << i}", values[i], t.shape))]);
        for (int i = 0; i < taps.Length; i++)
            Assert.IsLessThan(tolerance, (taps[i] - torch.tensor(values[i], taps[i].shape)).abs().max().item<float>(), $"stride{4 << i}");
    }

    [TestMethod]
    public void Distances_between_exported_patches_are_those_between_predicted_teacher_patches()
    {
        TinyBackbone.PrepareTorch();
        torch.random.manual_seed(4);
        const int teacherChannels = 20;
        using var network = new DistillationNetwork(TinyBackbone.Architecture, [.. Enumerable.Repeat(new TapStatistics(new float[teacherChannels], new float[teacherChannels]), 3)]);
        network.eval();
        using var session = new OnnxSession(BackboneExport.ToOnnx(network.Backbone, half: false, network.MetricMaps()), "The test backbone");
        var image = torch.randn(1, 3, 64, 64);
        var predicted = network.forward(image);
        var taps = TinyBackbone.Architecture.Stages.Select((s, i) => new float[s.Channels * (16 >> i) * (16 >> i)]).ToArray();
        session.Run(("image", image.data<float>().ToArray(), image.shape),
            [.. taps.Select((t, i) => ($"stride{4 << i}", t, new long[] { 1, TinyBackbone.Architecture.Stages[i].Channels, 16 >> i, 16 >> i }))]);
        for (int i = 0; i < 3; i++)
        {
            int channels = TinyBackbone.Architecture.Stages[i].Channels;
            var exported = torch.tensor(taps[i], [channels, (16 >> i) * (16 >> i)]);
            double expected = Distance(predicted[i].flatten(2)[0]) * Math.Sqrt((double)channels / teacherChannels);
            Assert.AreEqual(1, Distance(exported) / expected, 1e-3, $"stride{4 << i}");
        }
    }

    /// <summary>Between the first and the last patch of [C, P].</summary>
    private static double Distance(torch.Tensor patches) => (patches.select(1, 0) - patches.select(1, -1)).norm().item<float>();
}
