using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Training;

[TestClass]
public class AdamTests
{
    private static FlatParameters Parameters(params double[] start)
    {
        var layout = new FlatParameters.Layout();
        foreach (var value in start)
            layout.Add(0, value, 1);
        return layout.Build(new Generator(1), CPU);
    }

    [TestMethod]
    public void It_steps_as_TorchSharps_Adam_does()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters(1, -2, 0.5);
        using var adam = new Adam(parameters);
        var reference = new TorchSharp.Modules.Parameter(tensor(new float[] { 1, -2, 0.5f }));
        var other = optim.Adam([reference], lr: 0.1);
        var scale = tensor(new float[] { 1, 3, -0.5f });
        for (int i = 0; i < 20; i++)
        {
            adam.Step(((cat([parameters[0], parameters[1], parameters[2]]) - scale).square() * scale.abs()).sum(), 0.1);
            other.zero_grad();
            ((reference - scale).square() * scale.abs()).sum().backward();
            other.step();
        }
        Values.AreClose(Values.Of(reference), parameters.Flat, 1e-4);
    }

    [TestMethod]
    public void A_long_gradient_is_shortened_to_the_clip_and_a_short_one_left_alone()
    {
        using var scope = NewDisposeScope();
        // Adam divides by the gradient's own size, so that clipping shows only in the ratio of two steps: a long gradient clipped to
        // the length of the second leaves the same moments as two short ones.
        using var clipped = Parameters(0, 0);
        using var plain = Parameters(0, 0);
        using var a = new Adam(clipped, clip: 0.1);
        using var b = new Adam(plain);
        a.Apply(tensor(new float[] { 30, 40 }), 1);
        b.Apply(tensor(new float[] { 0.06f, 0.08f }), 1);
        a.Apply(tensor(new float[] { 0.01f, 0 }), 1);
        b.Apply(tensor(new float[] { 0.01f, 0 }), 1);
        Values.AreClose(Values.Of(plain.Flat), clipped.Flat, 1e-3);
    }
}
