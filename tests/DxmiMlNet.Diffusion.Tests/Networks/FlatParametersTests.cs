using DxmiMlNet.Diffusion.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Networks;

[TestClass]
public class FlatParametersTests
{
    [TestMethod]
    public void The_gradient_is_the_numerical_one()
    {
        using var scope = NewDisposeScope();
        var layout = new FlatParameters.Layout();
        var network = new Mlp(layout, [3, 4, 1], StepEmbedding.Evenly(2));
        using var parameters = layout.Build(new Generator(1), CPU);
        var x = randn(5, 3, generator: new Generator(2));
        Tensor Loss() => network.Forward(parameters, x, 1).square().mean();

        var gradient = Values.Of(parameters.Gradient(Loss()));
        using var _ = no_grad();
        const float h = 1e-3f;
        for (int i = 0; i < parameters.Count; i++)
        {
            float Shifted(float by)
            {
                parameters.Flat[i].add_(by);
                float loss = Loss().item<float>();
                parameters.Flat[i].add_(-by);
                return loss;
            }
            Assert.AreEqual((Shifted(h) - Shifted(-h)) / (2 * h), gradient[i], 2e-3, $"parameter {i}");
        }
    }

    [TestMethod]
    public void Unused_parameters_have_no_gradient_and_several_networks_share_a_pass()
    {
        using var scope = NewDisposeScope();
        var first = new FlatParameters.Layout();
        int used = first.Add(0, 2, 1), unused = first.Add(0, 5, 2);
        using var a = first.Build(new Generator(1), CPU);
        var second = new FlatParameters.Layout();
        second.Add(0, 3, 1);
        using var b = second.Build(new Generator(1), CPU);
        var gradients = FlatParameters.Gradients((a[used] * a[used] * b[0]).sum(), a, b);
        Values.AreClose([12, 0, 0], gradients[0]);   // d(a^2 b)/da = 2 a b
        Values.AreClose([4], gradients[1]);          // a^2
        Assert.AreEqual(5f, a[unused][1].item<float>());
    }

    [TestMethod]
    public void The_leaves_share_the_flat_memory()
    {
        var layout = new FlatParameters.Layout();
        int weight = layout.Add(0, 1, 2, 2);
        using var parameters = layout.Build(new Generator(1), CPU);
        using (no_grad())
            parameters.Flat.fill_(7);
        Values.AreClose([7, 7, 7, 7], parameters[weight]);
    }
}
