using System.Globalization;
using DxmiMlNet.Features.Backbones;

namespace DxmiMlNet.Features;

/// <summary>
/// Height and width in pixels that images are resized to. A number stands for a square; 0 x 0 for the backbone's own size; <see cref="Auto"/> for the shape of
/// the training images.
/// </summary>
/// <param name="Height">Pixels from top to bottom.</param>
/// <param name="Width">Pixels from left to right.</param>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>
    /// The median aspect of the training images, with about as many patches as the backbone's own size has: a long part squeezed into a square loses what is
    /// thin across it. Where the images have no shape in common, the backbone's own size.
    /// </summary>
    public static ImageSize Auto { get; } = new(-1, -1);

    // Quotient of the quartiles of the aspect up to which images are said to have one shape.
    private const double MostVaried = 1.25;

    /// <summary>Whether it follows the training images.</summary>
    public bool IsAuto => this == Auto;

    /// <summary>A square; 0 for the backbone's own.</summary>
    public static implicit operator ImageSize(int side) => new(side, side);

    /// <summary>Reads "320", "256x640" (height x width), "auto", or "0" for the backbone's own.</summary>
    /// <param name="text">What a person wrote.</param>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static ImageSize Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Equals("auto", StringComparison.OrdinalIgnoreCase))
            return Auto;
        var sides = text.Split('x', 'X');
        int[] pixels = [.. sides.Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1)];
        if (pixels.Length > 2 || pixels.Contains(-1) || (pixels.Length == 2 && pixels.Contains(0)))
            throw new FormatException($"The image size '{text}' is none. A number, HEIGHTxWIDTH, or auto was expected. 320, 256x640 and auto are examples.");
        return new ImageSize(pixels[0], pixels[^1]);
    }

    /// <summary>The size as a person writes it.</summary>
    public override string ToString() => IsAuto ? "auto"
        : Height == Width ? Height.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Height}x{Width}");

    /// <summary>The size for images of some sizes, where it is <see cref="Auto"/>: sides are multiples of the backbone's coarsest stride.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="images">Height and width of the training images; those that cannot be read are left out.</param>
    internal ImageSize Resolve(BackboneDescription backbone, IEnumerable<(int Height, int Width)> images)
    {
        if (!IsAuto)
            return this;
        double[] aspects = [.. images.Select(size => (double)size.Height / size.Width).Order()];
        // The middle half of the images differs in shape: there is none to keep, whatever is chosen squeezes most of them.
        if (aspects.Length == 0 || aspects[aspects.Length * 3 / 4] > MostVaried * aspects[aspects.Length / 4])
            return default;
        // Beyond 8 to 1 hardly a row of patches remains across.
        double aspect = Math.Clamp(aspects[aspects.Length / 2], 1 / 8.0, 8), root = Math.Sqrt(aspect);
        return new ImageSize(Side(root), Side(1 / root));

        int Side(double factor)
        {
            int stride = backbone.CoarsestStride, least = (BackboneDescription.SmallestImageSize + stride - 1) / stride;
            return Math.Max(least, (int)Math.Round(backbone.DefaultImageSize * factor / stride)) * stride;
        }
    }
}
