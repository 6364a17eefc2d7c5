using DxmiMlNet.Diffusion.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Networks;

[TestClass]
public class MlpTests
{
    [TestMethod]
    public void Two_layers_are_linear_silu_linear()
    {
        using var scope = NewDisposeScope();
        var layout = new FlatParameters.Layout();
        var network = new Mlp(layout, [1, 1, 1]);
        using var parameters = layout.Build(new Generator(1), CPU);
        using (no_grad())
            parameters.Flat.copy_(tensor(new float[] { 2, 1, 3, -1 }));   // w1, b1, w2, b2
        double h = 2 * 0.5 + 1, silu = h / (1 + Math.Exp(-h));
        Values.AreClose([(float)(3 * silu - 1)], network.Forward(parameters, tensor(new float[] { 0.5f }, [1, 1])));
    }

    [TestMethod]
    public void One_step_for_all_rows_equals_one_step_a_row()
    {
        using var scope = NewDisposeScope();
        var layout = new FlatParameters.Layout();
        var network = new Mlp(layout, [2, 8, 3], StepEmbedding.Evenly(4));
        using var parameters = layout.Build(new Generator(1), CPU);
        var x = randn(4, 2, generator: new Generator(2));
        var byRow = network.Forward(parameters, x, tensor(new long[] { 0, 3, 2, 1 }));
        Values.AreClose(Values.Of(network.Forward(parameters, x, 3)[1]), byRow[1]);
        Values.AreClose(Values.Of(network.Forward(parameters, x, 1)[3]), byRow[3]);
        Assert.IsFalse(network.Forward(parameters, x, 0).allclose(network.Forward(parameters, x, 3)));
    }

    [TestMethod]
    public void The_step_table_holds_sines_then_cosines()
    {
        using var table = StepEmbedding.Table(StepEmbedding.Evenly(4), size: 4);   // positions 0, 250, 500, 750; frequencies 1 and 1e-4
        Values.AreClose([0, 0, 1, 1], table[0]);
        Values.AreClose([(float)Math.Sin(250), (float)Math.Sin(0.025), (float)Math.Cos(250), (float)Math.Cos(0.025)], table[1], 1e-4);
    }
}
