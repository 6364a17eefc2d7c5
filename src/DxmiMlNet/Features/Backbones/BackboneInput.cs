using System.Text.Json.Serialization;

namespace DxmiMlNet.Features.Backbones;

/// <summary>
/// How a backbone wants its image: a Single tensor [N, 3, H, W] with x = (byte * <see cref="Scale"/> - <see cref="Mean"/>) / <see cref="Std"/>,
/// byte in 0..255.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BackboneInput
{
    /// <summary>The name of the model's image input.</summary>
    public required string Name { get; init; }

    /// <summary>Order of the dimensions; "NCHW" is the only one.</summary>
    public string Layout { get; init; } = "NCHW";

    /// <summary>Which colour the first channel holds.</summary>
    public required ChannelOrder ChannelOrder { get; init; }

    /// <summary>What a byte is multiplied by, above 0: 1/255 for images in 0..1.</summary>
    public required double Scale { get; init; }

    /// <summary>What is subtracted after scaling, three values in the order of <see cref="ChannelOrder"/>.</summary>
    public required double[] Mean { get; init; }

    /// <summary>What is divided by at last, three values above 0 in the order of <see cref="ChannelOrder"/>.</summary>
    public required double[] Std { get; init; }

    /// <summary>The same as x = byte * gain + offset, three values each, in the order of <see cref="ChannelOrder"/>.</summary>
    internal (float[] Gain, float[] Offset) Affine => ([.. Std.Select(std => (float)(Scale / std))], [.. Mean.Zip(Std, (mean, std) => (float)(-mean / std))]);
}
