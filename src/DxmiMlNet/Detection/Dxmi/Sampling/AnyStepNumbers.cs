using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>What a sampler for any number of steps (<see cref="AnyStepSampler"/>) needs beside its layers to run in another number; libtorch is not needed.</summary>
/// <param name="SignalAtStart">abar at the noisiest level, the same for every number of steps.</param>
/// <param name="StepWeight">The first layer's weight of a step's embedding, [out, size].</param>
/// <param name="Bias">The first layer's own bias, [out].</param>
/// <param name="SigmaWeights">Of <see cref="SigmaBasis"/>.</param>
internal sealed record AnyStepNumbers(double SignalAtStart, float[] StepWeight, float[] Bias, float[] SigmaWeights)
{
    /// <summary>The noise levels of T steps.</summary>
    public static NoiseSchedule Schedule(int steps, double signalAtStart) => NoiseSchedule.Short(steps, signalAtStart);

    /// <summary>The sampler in T steps.</summary>
    public SamplerNetwork Apply(SamplerNetwork network, int steps)
    {
        var schedule = Schedule(steps, SignalAtStart).ByNoise();
        double[] places = [.. schedule.Positions.Reverse(), NoiseSchedule.NoiseScale], posterior = DdpmSampler.PosteriorSigmas(schedule);
        double[][] basis = SigmaBasis.OfSteps(schedule);
        return network with
        {
            Scale = Singles(DdpmSampler.NoiseScales(schedule)),
            Shift = Singles(DdpmSampler.NoiseShifts(schedule).Select(shift => -shift)),
            Sigma = Singles(posterior.Select((sigma, t) => sigma * Math.Exp(basis[t].Zip(SigmaWeights, (phi, weight) => phi * weight).Sum()))),
            Signal = Singles(Enumerable.Range(0, steps).Select(t => schedule.AlphaBars[steps - t])),
            Biases = [[.. Enumerable.Range(0, steps).SelectMany(t => FirstBias(Mlp.StepEmbeddingOf(places[t], places[t + 1])))], .. network.Biases.Skip(1)],
        };
    }

    // The first layer's bias at a step, its embedding included, [out].
    private float[] FirstBias(double[] embedding)
        => [.. Bias.Select((bias, row) => (float)(bias + embedding.Select((value, i) => value * StepWeight[row * embedding.Length + i]).Sum()))];

    private static float[] Singles(IEnumerable<double> values) => [.. values.Select(value => (float)value)];

    // Binary format: abar (double); arrays of Single, each behind its length: step weight, bias, sigma weights.
    public void Write(BinaryWriter writer)
    {
        writer.Write(SignalAtStart);
        foreach (var values in new[] { StepWeight, Bias, SigmaWeights })
            writer.WriteSingles(values);
    }

    public static AnyStepNumbers Read(BinaryReader reader) => new(reader.ReadDouble(), reader.ReadSingles(), reader.ReadSingles(), reader.ReadSingles());
}
