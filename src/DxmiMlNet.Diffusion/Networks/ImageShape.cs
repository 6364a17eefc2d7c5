using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>The shape of an image whose values are a row of D = Channels x Height x Width.</summary>
/// <param name="Channels">Channels, 1 or more.</param>
/// <param name="Height">Rows of pixels, even.</param>
/// <param name="Width">Columns of pixels, even.</param>
public sealed record ImageShape(int Channels, int Height, int Width)
{
    /// <summary>D.</summary>
    public int Dimension => Channels * Height * Width;

    /// <summary>Blocks of 2 x 2 pixels become channels: [B, D] to [B, 4 C, H / 2, W / 2].</summary>
    internal Tensor ToBlocks(Tensor x)
        => x.reshape(-1, Channels, Height / 2, 2, Width / 2, 2).permute(0, 1, 3, 5, 2, 4).reshape(-1, 4 * Channels, Height / 2, Width / 2);

    /// <summary>The inverse of <see cref="ToBlocks"/>.</summary>
    internal Tensor FromBlocks(Tensor blocks)
        => blocks.reshape(-1, Channels, 2, 2, Height / 2, Width / 2).permute(0, 1, 4, 2, 5, 3).reshape(-1, Dimension);
}
