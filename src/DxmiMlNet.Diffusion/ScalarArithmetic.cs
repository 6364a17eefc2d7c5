using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion;

/// <summary>
/// Arithmetic of tensors and numbers that keeps its scalars alive. TorchSharp 0.107 hands a temporary scalar's handle to native code without
/// keeping the object: even <c>a + b</c> of tensors (a + 1 b) and <c>2 * a</c> do. When another thread collects garbage at that moment, the
/// finaliser frees the scalar in the middle of the call, which then fails or computes with a wrong number. Code that runs for long uses these.
/// </summary>
internal static class ScalarArithmetic
{
    /// <summary>1, for as long as the process lives.</summary>
    public static readonly Scalar One = 1;

    /// <summary>0, for as long as the process lives.</summary>
    public static readonly Scalar Zero = 0;

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a - b.</summary>
    public static Tensor Minus(this Tensor a, Tensor b) => a - b;   // takes no scalar; here for symmetry with Plus

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, double b)
    {
        using Scalar scalar = b;
        return a.add(scalar, One);   // without its second scalar TorchSharp makes a temporary one
    }

    /// <summary>a b.</summary>
    public static Tensor Times(this Tensor a, double b)
    {
        using Scalar scalar = b;
        return a.mul(scalar);
    }

    /// <summary>a^2; TorchSharp's own is a power with a temporary exponent.</summary>
    public static Tensor Squared(this Tensor a) => a * a;

    /// <summary>max(0, a).</summary>
    public static Tensor Positive(this Tensor a) => a.clamp_min(Zero);

    /// <summary>a += b, in place.</summary>
    public static Tensor Increase(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>a = decay a + (1 - decay) b, in place.</summary>
    public static Tensor Blend(this Tensor a, Tensor b, double decay)
    {
        using Scalar keep = decay, rest = 1 - decay;
        return a.mul_(keep).add_(b, rest);
    }
}
