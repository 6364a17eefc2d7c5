using System.Text.Json.Serialization;

namespace DxmiMlNet.Features.Backbones;

/// <summary>
/// A tensor of a backbone whose values describe patches; an output of the model or any tensor inside it. A feature map [N, C, H / stride, W / stride], or with
/// <see cref="Tokens"/> those of a vision transformer, [N, prefix + H / stride * W / stride, C].
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BackboneTap
{
    /// <summary>The tensor's name in the ONNX graph.</summary>
    public required string Tensor { get; init; }

    /// <summary>Image pixels a step of the tensor's grid, 1 or more, a multiple of the finest tap's stride.</summary>
    public required int Stride { get; init; }

    /// <summary>Whether the tensor holds tokens, row by row of the grid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tokens { get; init; }

    /// <summary>Tokens before those of the patches, 0 or more, which are dropped: a class token, registers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PrefixTokens { get; init; }
}
