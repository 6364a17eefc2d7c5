using DxmiMlNet.Files;
using DxmiMlNet.Images.Decoding;
using SkiaSharp;

namespace DxmiMlNet.Images;

/// <summary>Reads the images that mark defective pixels.</summary>
public static class MaskFile
{
    /// <summary>Reads a mask and brings it to the asked size by taking the nearest pixel.</summary>
    /// <param name="path">The mask's file, in any format that <see cref="ImageFile"/> reads.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <returns>
    /// True where defective, row by row: [height, width]. Defective is what is not black; in a JPEG, where black comes back as nearly
    /// black, what is at least half bright.
    /// </returns>
    /// <exception cref="DxmiException">The file cannot be read.</exception>
    public static bool[] Load(string path, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var pixels = new PixelBuffer();
        int least = Decode(path, pixels);
        return Marked(PixelFrame.Of(pixels), least, height, width);
    }

    /// <summary>Brings a mask to the asked size by taking the nearest pixel.</summary>
    /// <param name="pixels">The mask.</param>
    /// <param name="least">The least value of a marked pixel, in any of its colours.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <returns>[height, width], true where marked.</returns>
    internal static bool[] Marked(PixelFrame pixels, int least, int height, int width)
    {
        var mask = new bool[height * width];
        for (int y = 0; y < height; y++)
        {
            // The pixel under the centre: floor((y + 1/2) H / height).
            var row = pixels.Row((int)((2L * y + 1) * pixels.Height / (2L * height)));
            for (int x = 0; x < width; x++)
            {
                var pixel = row.Slice(4 * (int)((2L * x + 1) * pixels.Width / (2L * width)), 3);
                mask[y * width + x] = pixel[0] >= least || pixel[1] >= least || pixel[2] >= least;
            }
        }
        return mask;
    }

    /// <summary>Writes a mask as a grey PNG, white where marked; the file appears whole or not at all.</summary>
    /// <param name="mask">[height, width], row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="path">The file; what is there is replaced.</param>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public static unsafe void Save(bool[] mask, int height, int width, string path)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentOutOfRangeException.ThrowIfNotEqual(mask.Length, height * width, nameof(mask));
        byte[] grey = Array.ConvertAll(mask, isMarked => isMarked ? (byte)255 : (byte)0);
        AtomicFile.Write(path, "The mask", stream =>
        {
            fixed (byte* pixels = grey)
            {
                using var map = new SKPixmap(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque), (nint)pixels);
                using var data = map.Encode(SKEncodedImageFormat.Png, 100) ?? throw new IOException("the encoder failed");
                data.SaveTo(stream);
            }
        });
    }

    /// <summary>Whether a mask marks no pixel at all, as that of a good part.</summary>
    /// <exception cref="DxmiException">The file cannot be read.</exception>
    internal static bool IsBlank(string path)
    {
        var pixels = new PixelBuffer();
        int least = Decode(path, pixels);
        var bytes = pixels.Bytes;
        for (int i = 0; i < bytes.Length; i += 4)
            if (bytes[i] >= least || bytes[i + 1] >= least || bytes[i + 2] >= least)
                return false;
        return true;
    }

    // The least value of a marked pixel.
    internal static int Decode(string path, PixelBuffer pixels) => ImageFile.Decode(path, pixels) == ImageFormat.Jpeg ? 128 : 1;

    /// <summary>Makes sure that a mask has the size of its image; only the files' headers are decoded.</summary>
    /// <param name="maskPath">The mask's file.</param>
    /// <param name="imagePath">The image's file.</param>
    /// <exception cref="DxmiException">The sizes differ, or a file cannot be read.</exception>
    public static void CheckSize(string maskPath, string imagePath)
    {
        var mask = ImageFile.ReadSize(maskPath);
        var image = ImageFile.ReadSize(imagePath);
        if (mask != image)
            throw new DxmiException(
                $"Mask '{maskPath}' is {mask.Width} x {mask.Height} pixels, its image '{imagePath}' {image.Width} x {image.Height}.",
                "Expected a mask of its image's size.", "Draw the mask on this image, or resize it to the image's size without smoothing.");
    }
}
