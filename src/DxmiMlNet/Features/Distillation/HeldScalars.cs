using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Features.Distillation;

/// <summary>
/// Scalars that live as long as the process. TorchSharp 0.107 hands a temporary scalar's handle to native code without keeping the object
/// alive, even for <c>a + b</c> of tensors (a + 1 b) and in its optimisers; the finaliser may free it in the middle of the call, which then fails
/// with "Unknown scalar type" or takes a wrong number. In a training of hours that happens. So no temporary scalar is used here.
/// </summary>
internal static class HeldScalars
{
    /// <summary>1.</summary>
    public static readonly Scalar One = 1;

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);
}
