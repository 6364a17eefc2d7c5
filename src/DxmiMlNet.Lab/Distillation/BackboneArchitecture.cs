namespace DxmiMlNet.Lab.Distillation;

/// <summary>One convolution with the batch norm that is folded into it; padding is half the kernel, so that a stride of 1 keeps the size.</summary>
internal sealed record ConvolutionShape(int In, int Out, int Kernel, int Stride = 1, int Groups = 1, bool Relu = false)
{
    /// <summary>The side of the output for an input side: ceil(side / stride).</summary>
    public int OutputSide(int side) => (side + Stride - 1) / Stride;
}

/// <summary>Convolutions in a row; a residual block adds its input to the last one's output. A tap hands its output out under the stride's name.</summary>
internal sealed record BackboneBlock(ConvolutionShape[] Convolutions, bool Residual, bool Tap);

/// <summary>
/// The layers of the network, from which the torch module, the ONNX graph and the count of operations are all made.
/// A stage halves the size with a 3 x 3 convolution and projects it, then refines it with inverted residuals
/// (Sandler et al., MobileNetV2, CVPR 2018): 1 x 1 up, 3 x 3 a channel, 1 x 1 down, plus the input. Taps are linear, with no ReLU.
/// </summary>
/// <param name="Stem">Channels at stride 2.</param>
/// <param name="Stages">The stages of stride 4, 8 and 16.</param>
internal sealed record BackboneArchitecture(int Stem, params BackboneStage[] Stages)
{
    /// <summary>The architecture of the default backbone, chosen by its time in ONNX Runtime on one thread.</summary>
    public static BackboneArchitecture Default { get; } = new(16,
        new BackboneStage(Channels: 32, DownChannels: 48, Blocks: 1, Expansion: 2),
        new BackboneStage(Channels: 64, DownChannels: 96, Blocks: 3, Expansion: 3),
        new BackboneStage(Channels: 128, DownChannels: 192, Blocks: 4, Expansion: 3));

    /// <summary>The blocks in execution order.</summary>
    public IEnumerable<BackboneBlock> Blocks()
    {
        yield return new BackboneBlock([new ConvolutionShape(3, Stem, 3, Stride: 2, Relu: true)], Residual: false, Tap: false);
        int channels = Stem;
        foreach (var stage in Stages)
        {
            yield return new BackboneBlock(
                [new(channels, stage.DownChannels, 3, Stride: 2, Relu: true), new(stage.DownChannels, stage.Channels, 1)],
                Residual: false, Tap: stage.Blocks == 0);
            channels = stage.Channels;
            int wide = channels * stage.Expansion;
            for (int i = 1; i <= stage.Blocks; i++)
                yield return new BackboneBlock(
                    [new(channels, wide, 1, Relu: true), new(wide, wide, 3, Groups: wide, Relu: true), new(wide, channels, 1)],
                    Residual: true, Tap: i == stage.Blocks);
        }
    }

    /// <summary>
    /// Floating-point operations of the exported network for one image: 2 a multiply-add of a convolution or of the matrix that maps a tap's
    /// channels to the teacher's metric, 1 an addition of a residual.
    /// </summary>
    public long Flops(int height, int width)
    {
        long flops = 0;
        foreach (var block in Blocks())
        {
            foreach (var c in block.Convolutions)
            {
                (height, width) = (c.OutputSide(height), c.OutputSide(width));
                flops += 2L * c.In / c.Groups * c.Kernel * c.Kernel * c.Out * height * width;
            }
            long channels = block.Convolutions[^1].Out;
            if (block.Residual)
                flops += channels * height * width;
            if (block.Tap)
                flops += 2 * channels * channels * height * width;
        }
        return flops;
    }
}

/// <summary>A stage of the backbone.</summary>
/// <param name="Channels">Channels of the stage's tap.</param>
/// <param name="DownChannels">Channels of the 3 x 3 convolution that halves the size.</param>
/// <param name="Blocks">Inverted residuals after it.</param>
/// <param name="Expansion">How many times wider an inverted residual is inside.</param>
internal sealed record BackboneStage(int Channels, int DownChannels, int Blocks, int Expansion);
