using BitMiracle.LibTiff.Classic;
using SkiaSharp;

namespace DxmiMlNet.Fuzz;

/// <summary>Small whole images of every kind that is read.</summary>
internal static class ImageSeeds
{
    public const int Side = 24;

    public static (string Name, byte[] File)[] All { get; } =
    [
        ("png8-grey.png", Encoded.Png(Side, Side, 8, Samples(1, 8))),
        ("png8-grey-alpha.png", Encoded.Png(Side, Side, 8, Samples(2, 8))),
        ("png8-rgb.png", Encoded.Png(Side, Side, 8, Samples(3, 8))),
        ("png8-rgba.png", Encoded.Png(Side, Side, 8, Samples(4, 8), interlaced: true)),
        ("png8-turned.png", Encoded.PngWithExifOrientation(Encoded.Png(Side, Side), 6)),
        ("png16-grey.png", Encoded.Png(Side, Side, 16, Samples(1, 16))),
        ("png16-rgb.png", Encoded.Png(Side, Side, 16, Samples(3, 16), interlaced: true)),
        ("png16-rgba.png", Encoded.Png(Side, Side, 16, Samples(4, 16))),
        ("jpeg.jpg", Jpeg),
        ("jpeg-turned.jpg", Encoded.WithExifOrientation(Jpeg, 5)),
        ("jpeg-cmyk.jpg", Encoded.CmykJpeg(10, 20, 30, 40)),
        ("bmp.bmp", Encoded.Bmp(Side, Side, Color)),
        ("tiff-grey.tif", Encoded.Tiff(Side, Side, 8, Samples(1, 8), Photometric.MINISBLACK)),
        ("tiff-rgb.tif", Encoded.Tiff(Side, Side, 8, Samples(3, 8), Photometric.RGB, bigEndian: true)),
        ("tiff-16.tif", Encoded.Tiff(Side, Side, 16, Samples(1, 16), Photometric.MINISWHITE, compression: Compression.NONE)),
        ("tiff-16-rgb.tif", Encoded.Tiff(Side, Side, 16, Samples(3, 16), Photometric.RGB, compression: Compression.ADOBE_DEFLATE)),
        ("tiff-tiled.tif", Encoded.Tiff(Side, Side, 8, Samples(3, 8), Photometric.RGB, tiled: true, compression: Compression.PACKBITS)),
        ("tiff-planes.tif", Encoded.Tiff(Side, Side, 8, Samples(3, 8), Photometric.RGB, separate: true, orientation: 8)),
        ("tiff-jpeg.tif", Encoded.Tiff(Side, Side, 8, Samples(1, 8), Photometric.MINISBLACK, compression: Compression.JPEG)),
    ];

    private static byte[] Jpeg => Encoded.Skia(SKEncodedImageFormat.Jpeg, Side, Side, Color);

    private static int[] Samples(int channels, int bits) => [.. Enumerable.Range(0, Side * Side * channels).Select(i => i * 37 % (1 << bits))];

    private static SKColor Color(int y, int x) => new((byte)(10 * y), (byte)(9 * x), (byte)(5 * (x + y)));
}
