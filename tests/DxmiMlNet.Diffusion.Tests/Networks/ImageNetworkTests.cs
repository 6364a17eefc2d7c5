using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Networks;

[TestClass]
public class ImageNetworkTests
{
    // Every parameter off its start: some start at zero, where nothing behind them has a gradient.
    private static FlatParameters Shaken(FlatParameters.Layout layout)
    {
        var parameters = layout.Build(new Generator(1), CPU);
        using var _ = no_grad();
        using var noise = randn(parameters.Count, generator: new Generator(5));
        parameters.Flat.add_(0.05 * noise);
        return parameters;
    }

    [TestMethod]
    public void Blocks_of_pixels_become_channels_and_come_back()
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(1, 2, 4);
        var x = arange(8, dtype: ScalarType.Float32).reshape(1, 8);   // rows 0 1 2 3 and 4 5 6 7
        var blocks = shape.ToBlocks(x);
        CollectionAssert.AreEqual(new long[] { 1, 4, 1, 2 }, blocks.shape);
        Values.AreClose([0, 2, 1, 3, 4, 6, 5, 7], blocks, 0);
        Values.AreClose(Values.Of(x), shape.FromBlocks(blocks), 0);
    }

    [TestMethod]
    [DataRow(1, 8)]
    [DataRow(3, 16)]
    public void A_U_Net_gives_an_image_of_the_same_shape_whether_steps_go_by_row_or_by_position(int channels, int size)
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(channels, size, size);
        var layout = new FlatParameters.Layout();
        double[] positions = [0, 250, 500];
        var network = new UNet(layout, shape, [8, 16], positions, CPU);
        using var parameters = Shaken(layout);
        var x = randn(3, shape.Dimension, generator: new Generator(2));
        var byRow = network.Forward(parameters, x, tensor(new long[] { 2, 0, 1 }));
        CollectionAssert.AreEqual(x.shape, byRow.shape);
        Values.AreClose(Values.Of(network.Forward(parameters, x, 2)[0]), byRow[0], 1e-4);
        Values.AreClose(Values.Of(byRow), network.ForwardAt(parameters, x, tensor(new float[] { 500, 0, 250 })), 1e-4);
        Assert.IsFalse(network.Forward(parameters, x, 0).allclose(network.Forward(parameters, x, 1)));
    }

    [TestMethod]
    public void A_U_Net_starts_as_the_zero_function()
    {
        using var scope = NewDisposeScope();
        var layout = new FlatParameters.Layout();
        var network = new UNet(layout, new ImageShape(1, 8, 8), [8, 8], [0], CPU);
        using var parameters = layout.Build(new Generator(1), CPU);
        Assert.IsLessThan(0.2f, network.Forward(parameters, randn(2, 64, generator: new Generator(2)), 0).abs().max().item<float>());   // its bias only
    }

    [TestMethod]
    public void A_U_Nets_gradient_is_the_numerical_one()
    {
        using var scope = NewDisposeScope();
        var layout = new FlatParameters.Layout();
        var network = new UNet(layout, new ImageShape(1, 4, 4), [8, 8], [0, 500], CPU);
        using var parameters = Shaken(layout);
        var x = randn(3, 16, generator: new Generator(2));
        Tensor Loss() => network.Forward(parameters, x, tensor(new long[] { 0, 1, 1 })).square().mean();

        var gradient = Values.Of(parameters.Gradient(Loss()));
        using var _ = no_grad();
        const float h = 1e-2f;
        for (int i = 0; i < parameters.Count; i += 97)   // some of every layer
        {
            float Shifted(float by)
            {
                parameters.Flat[i].add_(by);
                float loss = Loss().item<float>();
                parameters.Flat[i].add_(-by);
                return loss;
            }
            Assert.AreEqual((Shifted(h) - Shifted(-h)) / (2 * h), gradient[i], 2e-3 + 0.05 * Math.Abs(gradient[i]), $"parameter {i}");
        }
    }

    [TestMethod]
    public void An_image_that_cannot_be_halved_often_enough_is_refused()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new UNet(new FlatParameters.Layout(), new ImageShape(1, 12, 16), [8, 8, 8], [0], CPU));
        StringAssert.Contains(error.Message, "12 x 16 pixels");
    }

    [TestMethod]
    public void A_convolutional_energy_has_one_value_an_image_which_does_not_depend_on_the_others()
    {
        using var scope = NewDisposeScope();
        using var energy = new ConvolutionalEnergy(new ImageShape(3, 8, 8), [8, 16], new Generator(1), CPU);
        using (no_grad())
            energy.Parameters.Flat.add_(0.1 * randn(energy.Parameters.Count, generator: new Generator(3)));
        var x = randn(4, energy.Dimension, generator: new Generator(2));
        var values = energy.Evaluate(x);
        CollectionAssert.AreEqual(new long[] { 4 }, values.shape);
        var order = tensor(new long[] { 2, 0, 3, 1 });
        Values.AreClose(Values.Of(values.index_select(0, order)), energy.Evaluate(x.index_select(0, order)), 1e-5);
        Assert.IsGreaterThan(1e-4f, values.std().item<float>());
    }
}
