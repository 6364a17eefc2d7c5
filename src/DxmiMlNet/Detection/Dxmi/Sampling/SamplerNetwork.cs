using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Onnx;
using DxmiMlNet.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>
/// The numbers of a trained sampler of whitened patches: pi(z_{t+1} | z_t) = N(mu(z_t, t), sigma_t^2 I) with
/// mu(z, t) = scale_t z - shift_t eps(z, t), t = 0..T-1. From them graphs are written that start at any step; libtorch is not needed.
/// </summary>
/// <param name="Components">K, values a patch.</param>
/// <param name="Scale">scale_t, [T].</param>
/// <param name="Shift">shift_t, [T].</param>
/// <param name="Sigma">sigma_t, [T].</param>
/// <param name="Signal">abar at the start of step t, [T]: a trajectory that begins there begins at sqrt(abar) z + sqrt(1 - abar) noise.</param>
/// <param name="Weights">Of every layer of eps, [out, in].</param>
/// <param name="Biases">Of every layer of eps; of the first by step, [T, out].</param>
internal sealed record SamplerNetwork(int Components, float[] Scale, float[] Shift, float[] Sigma, float[] Signal, float[][] Weights, float[][] Biases)
{
    /// <summary>What tells the network of other numbers of steps; null for a sampler that runs in T steps alone.</summary>
    public AnyStepNumbers? AnyStep { get; init; }

    /// <summary>Generation steps T.</summary>
    public int Steps => Scale.Length;

    /// <summary>The sampler in another number of steps, chosen when it is run.</summary>
    /// <param name="steps">T, 1 or more; null for its own.</param>
    /// <exception cref="DxmiException">It runs in its own number alone.</exception>
    public SamplerNetwork InSteps(int? steps)
    {
        if (steps is not { } count || count == Steps)
            return this;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(steps));
        if (AnyStep is null)
            throw new DxmiException($"The model's sampler was asked for {count} steps, and was trained for {Steps} alone.", $"{Steps} steps, or a detector trained with AnyStep on, were expected.",
                $"Leave the number of steps out, or train the detector again with Trainers.Dxmi and AnyStep = true.");
        return AnyStep.Apply(this, count);
    }

    /// <summary>Copies the numbers of a sampler whose network is a perceptron that predicts the noise, wherever it lives.</summary>
    /// <param name="sampler">The sampler of T steps.</param>
    /// <param name="any">Of which it is one; null for a sampler of T steps alone.</param>
    /// <param name="signal">abar at the noisiest level.</param>
    public static SamplerNetwork Of(DdpmSampler sampler, AnyStepSampler? any = null, double signal = 0)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var perceptron = (Mlp)sampler.Network;
        var layers = Enumerable.Range(0, perceptron.Depth).Select(i => perceptron.Layer(sampler.Parameters, i)).ToArray();
        return new SamplerNetwork(sampler.Dimension,
            [.. sampler.Scales.Select(v => (float)v)], [.. sampler.Shifts.Select(v => (float)-v)], Values(sampler.LogSigmaOfSteps().exp()),
            [.. Enumerable.Range(0, sampler.Steps).Select(t => (float)sampler.Schedule.AlphaBars[sampler.Steps - t])],
            Array.ConvertAll(layers, layer => Values(layer.Weight)),
            [Values(perceptron.StepBiases(sampler.Parameters)), .. layers.Skip(1).Select(layer => Values(layer.Bias))])
        {
            AnyStep = any is null ? null : new AnyStepNumbers(signal, Values(perceptron.StepWeight(sampler.Parameters)), Values(layers[0].Bias), Values(any.SigmaWeights.Flat)),
        };

        static float[] Values(Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>Adds the weights to a graph and returns what adds one step to it: the name of z_t [M, K] and t, to the name of mu(z_t, t) [M, K].</summary>
    public Func<string, int, string> AddTo(OnnxGraph graph)
    {
        int[] sizes = [Components, .. Weights.Skip(1).Zip(Biases.Skip(1), (weight, bias) => weight.Length / bias.Length), Components];
        string[] weights = [.. Weights.Select((weight, i) => graph.Constant("weight", weight, sizes[i + 1], sizes[i]))];
        string[] biases = [.. Biases.Skip(1).Select(bias => graph.Constant("bias", bias, bias.Length))];
        return (z, t) =>
        {
            var noise = graph.Node("Gemm", [z, weights[0], graph.Constant("step_bias", Biases[0].AsSpan(t * sizes[1], sizes[1]), sizes[1])], ("transB", 1L));
            for (int i = 1; i < weights.Length; i++)
                noise = graph.Node("Gemm", [graph.Node("Mul", [noise, graph.Node("Sigmoid", [noise])]), weights[i], biases[i - 1]], ("transB", 1L));   // SiLU
            return graph.Node("Sub",
            [
                graph.Node("Mul", [z, graph.Constant("scale", [Scale[t]], 1)]),
                graph.Node("Mul", [noise, graph.Constant("shift", [Shift[t]], 1)]),
            ]);
        };
    }

    // Binary format: K, number of layers; arrays of Single, each behind its length: scale, shift, sigma, signal, weight and bias of every layer; whether it runs in any
    // number of steps, and then what that takes (AnyStepNumbers).
    public void Write(BinaryWriter writer)
    {
        writer.Write(Components);
        writer.Write(Weights.Length);
        foreach (var values in new[] { Scale, Shift, Sigma, Signal })
            writer.WriteSingles(values);
        for (int i = 0; i < Weights.Length; i++)
        {
            writer.WriteSingles(Weights[i]);
            writer.WriteSingles(Biases[i]);
        }
        writer.Write(AnyStep is not null);
        AnyStep?.Write(writer);
    }

    public static SamplerNetwork Read(BinaryReader reader)
    {
        int components = reader.ReadInt32();
        var weights = new float[reader.ReadInt32()][];
        var biases = new float[weights.Length][];
        float[] scale = reader.ReadSingles(), shift = reader.ReadSingles(), sigma = reader.ReadSingles(), signal = reader.ReadSingles();
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = reader.ReadSingles();
            biases[i] = reader.ReadSingles();
        }
        return new SamplerNetwork(components, scale, shift, sigma, signal, weights, biases) { AnyStep = reader.ReadBoolean() ? AnyStepNumbers.Read(reader) : null };
    }
}
