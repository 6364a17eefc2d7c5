using System.Runtime.CompilerServices;
using DxmiMlNet.Diffusion;
using static TorchSharp.torch;

namespace DxmiMlNet.Features.Distillation;

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
        using var _ = no_grad();
        random.manual_seed(seed);
        using var backbone = new InspectionBackbone(BackboneArchitecture.Default);
        for (int i = 0; i < NoiseBatches; i++)
        {
            using var scope = NewDisposeScope();
            backbone.forward(randn(BatchSize, 3, Side, Side));
        }
        backbone.eval();
        var embedded = BackboneDescription.Embedded with
        {
            Name = $"random-{seed}",
            Source = $"the architecture of {BackboneDescription.Embedded.Name} with random weights of seed {seed}",
        };
        return embedded.WithModel(BackboneExport.ToOnnx(backbone, half: true));
    }
}
