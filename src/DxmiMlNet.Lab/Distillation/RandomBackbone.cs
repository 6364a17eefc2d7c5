using System.Runtime.CompilerServices;
using DxmiMlNet.Features.Backbones;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>The network of the package that never saw a photograph: what distillation has to beat in a comparison.</summary>
internal static class RandomBackbone
{
    private const int NoiseBatches = 32, BatchSize = 4, Side = 64;

    /// <summary>
    /// The embedded description over random weights. The batch norms have seen white noise: with weights alone, the values of deep taps
    /// shrink towards nothing.
    /// </summary>
    public static BackboneDescription Create(int seed)
    {
        RuntimeHelpers.RunModuleConstructor(typeof(DxmiException).Module.ModuleHandle);   // before the first tensor: prepares the native library
        int threads = get_num_threads();
        set_num_threads(1);   // the same weights on any number of processors
        try
        {
            return Create(seed, BackboneDescription.Embedded);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static BackboneDescription Create(int seed, BackboneDescription embedded)
    {
        using var _ = no_grad();
        random.manual_seed(seed);
        using var backbone = new InspectionBackbone(BackboneArchitecture.Default);
        for (int i = 0; i < NoiseBatches; i++)
        {
            using var scope = NewDisposeScope();
            backbone.forward(randn(BatchSize, 3, Side, Side));
        }
        backbone.eval();
        return (embedded with
        {
            Name = $"random-{seed}",
            Source = $"the architecture of {embedded.Name} with random weights of seed {seed}",
        }).WithModel(BackboneExport.ToOnnx(backbone, half: true));
    }
}
