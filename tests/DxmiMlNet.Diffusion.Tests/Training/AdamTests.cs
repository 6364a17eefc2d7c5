using DxmiMlNet.Diffusion.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Training;

[TestClass]
public class AdamTests
{
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.01)]
    public void Two_steps_are_those_that_a_hand_computes(double decay)
    {
        using var scope = NewDisposeScope();
        var weight = tensor(new float[] { 1 });
        using var adam = new Adam(weight, decay: decay);
        const double rate = 0.1;
        // m = 0.05, v = 0.00025; m / (1 - 0.9) = 0.5, sqrt(v / (1 - 0.999)) = 0.5: a step of the rate's length.
        adam.Apply(tensor(new float[] { 0.5f }), rate);
        double first = (1 - rate * decay) * 1 - rate;
        Values.AreClose([(float)first], weight);
        // m = 0.9 * 0.05 - 0.1 = -0.055, v = 0.999 * 0.00025 + 0.001 = 0.00124975; m / (1 - 0.81) = -0.289474, sqrt(v / (1 - 0.998001)) = 0.790688.
        adam.Apply(tensor(new float[] { -1 }), rate);
        Values.AreClose([(float)((1 - rate * decay) * first + rate * 0.289474 / 0.790688)], weight);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.05)]
    public void It_steps_as_TorchSharps_AdamW_does(double decay)
    {
        using var scope = NewDisposeScope();
        var start = new float[] { 1, -2, 0.5f };
        var (weights, reference) = (tensor(start), new TorchSharp.Modules.Parameter(tensor(start)));
        using var adam = new Adam(weights, decay: decay);
        var other = optim.AdamW([reference], lr: 0.1, weight_decay: decay);
        var centre = tensor(new float[] { 1, 3, -0.5f });
        for (int i = 0; i < 20; i++)
        {
            adam.Apply(2 * (weights - centre) * centre.abs(), 0.1);
            other.zero_grad();
            ((reference - centre).square() * centre.abs()).sum().backward();
            other.step();
        }
        Values.AreClose(Values.Of(reference), weights, 1e-4);
    }

    [TestMethod]
    public void A_long_gradient_is_shortened_to_the_clip_and_a_short_one_left_alone()
    {
        using var scope = NewDisposeScope();
        // Adam divides by the gradient's own size, so that clipping shows only in the ratio of two steps: a long gradient clipped to
        // the length of the second leaves the same moments as two short ones.
        Tensor clipped = zeros(2), plain = zeros(2);
        using var a = new Adam(clipped, clip: 0.1);
        using var b = new Adam(plain);
        a.Apply(tensor(new float[] { 30, 40 }), 1);
        b.Apply(tensor(new float[] { 0.06f, 0.08f }), 1);
        a.Apply(tensor(new float[] { 0.01f, 0 }), 1);
        b.Apply(tensor(new float[] { 0.01f, 0 }), 1);
        Values.AreClose(Values.Of(plain), clipped, 1e-3);
    }

    [TestMethod]
    public void Of_several_weights_the_one_without_a_gradient_stays()
    {
        using var scope = NewDisposeScope();
        Tensor first = ones(1), second = ones(1);
        using var adam = new Adam([first, second], decay: 0.5);
        adam.Apply([null, tensor(new float[] { 3 })], 0.1);
        Values.AreClose([1], first, 0);
        Values.AreClose([0.95f - 0.1f], second);
    }

    [TestMethod]
    public void What_was_written_goes_on_as_if_it_had_not_stopped()
    {
        using var scope = NewDisposeScope();
        Tensor whole = ones(2), resumed = ones(2), gradient = tensor(new float[] { 1, -2 });
        using var first = new Adam(whole);
        first.Apply(gradient, 0.1);
        resumed.copy_(whole);
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
            first.Write(writer);
        bytes.Position = 0;
        using var second = new Adam(resumed);
        using (var reader = new BinaryReader(bytes))
            second.Read(reader);
        first.Apply(gradient * 3, 0.1);
        second.Apply(gradient * 3, 0.1);
        Values.AreClose(Values.Of(whole), resumed, 0);
    }
}
