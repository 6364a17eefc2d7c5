using DxmiMlNet.Onnx;
using Microsoft.ML.Data;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>Runs a sampler from noise to samples; the graph is written and opened at first use, and any number of threads may run it.</summary>
internal sealed class SamplerRun(DxmiSampler sampler) : IDisposable
{
    private readonly Lazy<OnnxSession> _session = new(() => new OnnxSession(SamplerGraph.Samples(sampler), "The sampler's graph"));

    /// <summary>The sampler.</summary>
    public DxmiSampler Sampler => sampler;

    /// <summary>Length of a sample, H W C.</summary>
    public int Length { get; } = sampler.Grid.Height * sampler.Grid.Width * sampler.Grid.Channels;

    /// <summary>Type of a column of samples: [H, W, C], or a plain vector where the detector was fitted on those.</summary>
    public VectorDataViewType SampleType { get; } = sampler.Grid is (1, 1, var channels)
        ? new VectorDataViewType(NumberDataViewType.Single, channels)
        : new VectorDataViewType(NumberDataViewType.Single, sampler.Grid.Height, sampler.Grid.Width, sampler.Grid.Channels);

    /// <summary>Turns the noise of one sample, [P, T + 1, K], into the sample, [P, C].</summary>
    public void Sample(float[] noise, float[] sample)
    {
        int positions = sampler.Grid.Height * sampler.Grid.Width;
        _session.Value.Run((SamplerGraph.Noise, noise, [1, positions, sampler.Steps + 1, sampler.Components]),
            (SamplerGraph.Sample, sample, [1, positions, sampler.Grid.Channels]));
    }

    public void Dispose()
    {
        if (_session.IsValueCreated)
            _session.Value.Dispose();
    }
}
