using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Images;

namespace DxmiMlNet.Features.Regions;

/// <summary>
/// Which patches of a grid are ignored: those of the model's own masks, and those of an image's mask. A patch is ignored when at least half of its
/// cell is masked. Masks are scaled to the image: only their proportions count.
/// </summary>
internal sealed class PatchMask
{
    /// <param name="height">Rows of patches.</param>
    /// <param name="width">Columns of patches.</param>
    /// <param name="ignored">[height, width], what is ignored on every image.</param>
    public PatchMask(int height, int width, bool[] ignored)
    {
        Height = height;
        Width = width;
        Ignored = ignored;
    }

    public int Height { get; }

    public int Width { get; }

    /// <summary>[Height, Width], what is ignored on every image.</summary>
    public bool[] Ignored { get; }

    /// <summary>Reads the masks of a model.</summary>
    /// <param name="height">Rows of patches.</param>
    /// <param name="width">Columns of patches.</param>
    /// <param name="ignorePath">What is not black is ignored; null for none.</param>
    /// <param name="roiPath">What is black is ignored; null for none.</param>
    /// <exception cref="DxmiException">A file cannot be read, or nothing is left to inspect.</exception>
    public static PatchMask Read(int height, int width, string? ignorePath, string? roiPath)
    {
        var mask = new PatchMask(height, width, new bool[height * width]);
        if (ignorePath is not null)
            mask = new PatchMask(height, width, mask.With(ignorePath, ignoresMarked: true));
        return roiPath is null ? mask : new PatchMask(height, width, mask.With(roiPath, ignoresMarked: false));
    }

    /// <summary>What is ignored on an image with a mask of its own: [Height, Width].</summary>
    /// <param name="path">The mask's file: what is not black is ignored. Empty for none.</param>
    /// <exception cref="DxmiException">The file cannot be read, or nothing is left to inspect.</exception>
    public bool[] Of(string path) => path.Length == 0 ? Ignored : With(path, ignoresMarked: true);

    /// <summary>What is ignored on an image with a mask of its own: [Height, Width].</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="name">What error texts call it.</param>
    /// <param name="least">The least value of a marked pixel.</param>
    /// <param name="ignoresMarked">Whether marked pixels are ignored, or all others.</param>
    /// <exception cref="DxmiException">Nothing is left to inspect.</exception>
    public bool[] With(PixelFrame mask, string name, int least, bool ignoresMarked = true)
    {
        // A mask of fewer pixels than there are patches is enlarged: every cell has a pixel.
        int height = Math.Max(mask.Height, Height), width = Math.Max(mask.Width, Width);
        var marked = MaskFile.Marked(mask, least, height, width);
        int cells = Height * Width;
        int[] pixels = new int[cells], masked = new int[cells];
        for (int y = 0; y < height; y++)
        {
            int row = (int)((2L * y + 1) * Height / (2L * height)) * Width;   // the cell under the pixel's centre
            for (int x = 0; x < width; x++)
            {
                int cell = row + (int)((2L * x + 1) * Width / (2L * width));
                pixels[cell]++;
                masked[cell] += marked[y * width + x] == ignoresMarked ? 1 : 0;
            }
        }
        bool[] ignored = [.. Ignored.Select((already, cell) => already || 2 * masked[cell] >= pixels[cell])];
        return Array.TrueForAll(ignored, i => i)
            ? throw new DxmiException($"Mask '{name}' leaves no patch to inspect.",
                $"Of {Height} x {Width} patches one at least should be inspected; a patch is ignored when at least half of it is masked.",
                "Look at the mask: white is ignored, or inspected where it is a region of interest.")
            : ignored;
    }

    private bool[] With(string path, bool ignoresMarked)
    {
        var pixels = new PixelBuffer();
        int least = MaskFile.Decode(path, pixels);
        return With(PixelFrame.Of(pixels), path, least, ignoresMarked);
    }
}
