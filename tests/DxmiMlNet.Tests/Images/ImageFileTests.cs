using BitMiracle.LibTiff.Classic;
using DxmiMlNet.Images;
using Microsoft.ML.Data;
using SkiaSharp;

namespace DxmiMlNet.Tests.Images;

[TestClass]
public class ImageFileTests
{
    private static readonly int[] s_all16Bit = [.. Enumerable.Range(0, 65536)];
    private static readonly byte[] s_all16BitRounded = [.. s_all16Bit.Select(v => (byte)Math.Round(v * 255.0 / 65535.0))];

    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Delete_files() => _folder.Dispose();

    [TestMethod]
    public void Colour_of_PNG_and_BMP_comes_back_exactly()
    {
        static SKColor Color(int y, int x) => new((byte)(10 * y), (byte)(20 * x), 200);
        foreach (var (name, file) in new[] { ("a.png", Encoded.Skia(SKEncodedImageFormat.Png, 5, 7, Color)), ("a.bmp", Encoded.Bmp(5, 7, Color)) })
        {
            using var image = ImageFile.Load(_folder.Write(name, file));
            Assert.AreEqual((5, 7, MLPixelFormat.Bgra32), (image.Height, image.Width, image.PixelFormat));
            CollectionAssert.AreEqual(new byte[] { 200, 60, 40, 255 }, Pixel(image, 4, 3));
        }
    }

    [TestMethod]
    public void Colour_of_JPEG_comes_back_nearly()
    {
        using var image = ImageFile.Load(_folder.Write("a.jpg", Encoded.Skia(SKEncodedImageFormat.Jpeg, 16, 16, (_, _) => new SKColor(200, 100, 50))));
        var pixel = Pixel(image, 8, 8);
        Assert.AreEqual(50, pixel[0], 3);
        Assert.AreEqual(100, pixel[1], 3);
        Assert.AreEqual(200, pixel[2], 3);
    }

    [TestMethod]
    public void Colour_of_CMYK_JPEG_comes_back_nearly()
    {
        using var image = ImageFile.Load(_folder.Write("a.jpg", Encoded.CmykJpeg(cyan: 0, magenta: 255, yellow: 128, black: 51)));
        var pixel = Pixel(image, 8, 8);   // (1 - ink)(1 - black)
        Assert.AreEqual(127 * 0.8, pixel[0], 4);
        Assert.AreEqual(0, pixel[1], 4);
        Assert.AreEqual(255 * 0.8, pixel[2], 4);
    }

    [TestMethod]
    public void Transparent_pixels_keep_their_colour_and_become_opaque()
    {
        using var image = ImageFile.Load(_folder.Write("a.png", Encoded.Png(1, 2, 8, [10, 20, 30, 0, 200, 100, 50, 128])));
        CollectionAssert.AreEqual(new byte[] { 30, 20, 10, 255, 50, 100, 200, 255 }, image.Pixels.ToArray());
    }

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(1, true)]
    [DataRow(2, false)]
    [DataRow(3, false)]
    [DataRow(3, true)]
    [DataRow(4, false)]
    public void Every_16_bit_value_of_a_PNG_is_rounded_over_the_full_range(int channels, bool interlaced)
    {
        var samples = s_all16Bit.SelectMany(v => Enumerable.Range(0, channels).Select(c => channels % 2 == 0 && c == channels - 1 ? 1000 : v ^ c)).ToArray();
        using var image = ImageFile.Load(_folder.Write("a.png", Encoded.Png(256, 256, 16, samples, interlaced)));
        AssertAll16Bit(image, colour: channels >= 3);
    }

    [TestMethod]
    [DataRow(false, false, false)]
    [DataRow(false, false, true)]
    [DataRow(true, false, false)]
    [DataRow(false, true, false)]
    [DataRow(true, true, true)]
    public void Every_16_bit_value_of_a_TIFF_is_rounded_over_the_full_range(bool tiled, bool separate, bool bigEndian)
    {
        using var grey = ImageFile.Load(_folder.Write("g.tif", Encoded.Tiff(256, 256, 16, s_all16Bit, Photometric.MINISBLACK, tiled, false, bigEndian)));
        AssertAll16Bit(grey, colour: false);

        var samples = s_all16Bit.SelectMany(v => new[] { v, v ^ 1, v ^ 2 }).ToArray();
        using var colour = ImageFile.Load(_folder.Write("c.tif", Encoded.Tiff(256, 256, 16, samples, Photometric.RGB, tiled, separate, bigEndian)));
        AssertAll16Bit(colour, colour: true);
    }

    [TestMethod]
    [DataRow(Compression.NONE)]
    [DataRow(Compression.LZW)]
    [DataRow(Compression.ADOBE_DEFLATE)]
    public void TIFF_of_8_bits_comes_back_exactly(Compression compression)
    {
        int[] grey = [.. Enumerable.Range(0, 20 * 10)], colour = [.. Enumerable.Range(0, 20 * 10 * 4).Select(i => i % 251)];
        using var dark = ImageFile.Load(_folder.Write("g.tif", Encoded.Tiff(20, 10, 8, grey, Photometric.MINISBLACK, compression: compression)));
        CollectionAssert.AreEqual(new byte[] { 37, 37, 37, 255 }, Pixel(dark, 3, 7));
        using var white = ImageFile.Load(_folder.Write("w.tif", Encoded.Tiff(20, 10, 8, grey, Photometric.MINISWHITE, compression: compression)));
        CollectionAssert.AreEqual(new byte[] { 218, 218, 218, 255 }, Pixel(white, 3, 7));
        using var alpha = ImageFile.Load(_folder.Write("c.tif", Encoded.Tiff(20, 10, 8, colour, Photometric.RGB, compression: compression)));
        CollectionAssert.AreEqual(new byte[] { 150, 149, 148, 255 }, Pixel(alpha, 3, 7));
    }

    [TestMethod]
    public void TIFF_of_1_bit_and_TIFF_compressed_as_JPEG_are_read()
    {
        using var bits = ImageFile.Load(_folder.Write("b.tif", Encoded.Tiff(2, 8, 1, [0b10100000, 0b00000001], Photometric.MINISBLACK, channels: 1)));
        CollectionAssert.AreEqual(new byte[] { 255, 0, 255, 0 }, Enumerable.Range(0, 4).Select(x => Pixel(bits, 0, x)[0]).ToArray());
        Assert.AreEqual(255, Pixel(bits, 1, 7)[0]);

        using var jpeg = ImageFile.Load(_folder.Write("j.tif", Encoded.Tiff(16, 16, 8, [.. Enumerable.Repeat(120, 256)], Photometric.MINISBLACK, compression: Compression.JPEG)));
        Assert.AreEqual(120, Pixel(jpeg, 8, 8)[1], 2);
    }

    // A picture of 2 rows and 3 columns, stored so that the orientation brings it back: the corner that is seen top left is where the number says.
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(8)]
    public void Orientation_of_EXIF_in_JPEG_and_PNG_and_of_TIFF_is_followed(int orientation)
    {
        const int Height = 32, Width = 48;
        static int Seen(int y, int x) => 40 + 60 * (y / 16) + 50 * (x / 16);
        // What a camera that is held so stores at (row, column): TIFF 6.0, page 36.
        int Stored(int row, int column) => orientation switch
        {
            1 => Seen(row, column),
            2 => Seen(row, Width - 1 - column),
            3 => Seen(Height - 1 - row, Width - 1 - column),
            4 => Seen(Height - 1 - row, column),
            5 => Seen(column, row),
            6 => Seen(column, Width - 1 - row),
            7 => Seen(Height - 1 - column, Width - 1 - row),
            _ => Seen(Height - 1 - column, row),
        };
        var (rows, columns) = orientation < 5 ? (Height, Width) : (Width, Height);
        var jpeg = Encoded.Skia(SKEncodedImageFormat.Jpeg, rows, columns, (r, c) => new SKColor((byte)Stored(r, c), (byte)Stored(r, c), (byte)Stored(r, c)));
        int[] samples = [.. Enumerable.Range(0, rows * columns).Select(i => Stored(i / columns, i % columns))];
        string[] files =
        [
            _folder.Write("a.jpg", Encoded.WithExifOrientation(jpeg, orientation)),
            // Defect 12: eXIf in PNG, of 8 and of 16 bits.
            _folder.Write("a.png", Encoded.PngWithExifOrientation(Encoded.Skia(SKEncodedImageFormat.Png, rows, columns, (r, c) => new SKColor((byte)Stored(r, c), (byte)Stored(r, c), (byte)Stored(r, c))), orientation)),
            _folder.Write("b.png", Encoded.PngWithExifOrientation(Encoded.Png(rows, columns, 16, [.. samples.Select(s => s * 257)]), orientation)),
            _folder.Write("a.tif", Encoded.Tiff(rows, columns, 8, samples, Photometric.MINISBLACK, orientation: orientation)),
        ];
        foreach (string file in files)
        {
            using var image = ImageFile.Load(file);
            Assert.AreEqual((Height, Width), (image.Height, image.Width));
            Assert.AreEqual((Height, Width), ImageFile.ReadSize(file));
            foreach (var (y, x) in new[] { (8, 8), (8, 24), (8, 40), (24, 8), (24, 24), (24, 40) })
                Assert.AreEqual(Seen(y, x), Pixel(image, y, x)[0], 3, $"{file} at {y}, {x}");
        }
    }

    [TestMethod]
    public void Orientation_of_a_converted_TIFF_is_followed()
    {
        using var image = ImageFile.Load(_folder.Write("b.tif", Encoded.Tiff(2, 8, 1, [0b10000000, 0], Photometric.MINISBLACK, channels: 1, orientation: 6)));
        Assert.AreEqual((8, 2), (image.Height, image.Width));
        Assert.AreEqual(255, Pixel(image, 0, 1)[0]);
        Assert.AreEqual(1, Enumerable.Range(0, 16).Count(i => Pixel(image, i / 2, i % 2)[0] == 255));
    }

    [TestMethod]
    public void Contents_decide_about_the_format_not_the_name()
    {
        using var image = ImageFile.Load(_folder.Write("really-png.jpg", Encoded.Png(3, 4)));
        Assert.AreEqual((3, 4), (image.Height, image.Width));
        var error = Error(_folder.Write("text.png", "no image"));
        StringAssert.EndsWith(error.What, "text.png' is no image of a known format.");
        StringAssert.Contains(Error(_folder.Write("a.png", "GIF89a...")).What, "probably GIF");
    }

    [TestMethod]
    public void Cut_off_files_are_errors_that_name_the_file()
    {
        static SKColor Noise(int y, int x) => new((byte)(y * 71 + x * 37), (byte)(y * x), (byte)(y * 13 ^ x * 7));
        var files = new Dictionary<string, byte[]>
        {
            ["cut.png"] = Encoded.Skia(SKEncodedImageFormat.Png, 64, 64, Noise),
            ["cut.jpg"] = Encoded.Skia(SKEncodedImageFormat.Jpeg, 64, 64, Noise),
            ["cut.bmp"] = Encoded.Bmp(64, 64, Noise),
            ["cut16.png"] = Encoded.Png(256, 256, 16, s_all16Bit),
            ["cut16.tif"] = Encoded.Tiff(256, 256, 16, s_all16Bit, Photometric.MINISBLACK),
            ["tiles.tif"] = Encoded.Tiff(256, 256, 16, s_all16Bit, Photometric.MINISBLACK, tiled: true, compression: Compression.NONE),
        };
        foreach (var (name, file) in files)
        {
            foreach (int length in new[] { 6, 30, file.Length / 2, file.Length * 9 / 10 })
            {
                var error = Error(_folder.Write(name, file[..length]));
                StringAssert.Contains(error.What, name);
                Assert.IsTrue(error.Expected.StartsWith("Expected ") && error.Remedy.Length > 0, error.Message);
            }
        }
    }

    [TestMethod]
    public void Corrupt_bytes_are_errors_where_the_format_has_a_checksum()
    {
        foreach (var (name, file) in new[] { ("a.png", Encoded.Png(64, 64)), ("b.png", Encoded.Png(256, 256, 16, s_all16Bit)) })
        {
            file[file.Length / 2] ^= 0x55;
            StringAssert.Contains(Error(_folder.Write(name, file)).What, "cannot be decoded");
        }
    }

    [TestMethod]
    public void Damaged_files_never_end_in_another_exception()
    {
        int[] samples = [.. Enumerable.Range(0, 1200)];
        var random = new Random(1);
        foreach (var whole in new[] { Encoded.Tiff(40, 30, 8, samples, Photometric.MINISBLACK), Encoded.Png(40, 30, 16, samples), Encoded.Png(40, 30, 8, samples), Encoded.CmykJpeg(1, 2, 3, 4) })
        {
            for (int trial = 0; trial < 60; trial++)
            {
                var damaged = (byte[])whole.Clone();
                for (int k = 0; k < 4; k++)
                    damaged[4 + random.Next(damaged.Length - 4)] = (byte)random.Next(256);
                string path = _folder.Write("damaged", damaged);
                try
                {
                    ImageFile.Load(path).Dispose();   // a harmless place was hit
                }
                catch (DxmiException e)
                {
                    StringAssert.Contains(e.What, path);
                }
            }
        }
    }

    [TestMethod]
    public void Empty_and_missing_files_and_folders_are_errors_that_name_them()
    {
        StringAssert.Contains(Error(_folder.Write("empty.png", "")).What, "empty.png' is empty");
        StringAssert.Contains(Error(_folder.File("missing.png")).What, "missing.png' cannot be opened");
        StringAssert.Contains(Error(_folder.Path).What, "cannot be opened");
    }

    [TestMethod]
    public void Samples_that_8_bits_cannot_hold_are_an_error_that_names_them()
    {
        string path = _folder.Write("float.tif", Encoded.Tiff(1, 1, 32, [0], Photometric.MINISBLACK, compression: Compression.NONE, format: SampleFormat.IEEEFP));
        StringAssert.Contains(Error(path).What, "32-bit IEEEFP");
    }

    [TestMethod]
    public void Absurd_sizes_are_an_error_before_any_memory_is_taken()
    {
        var file = Encoded.Png(1, 1, 16, [7]);
        (file[16], file[20]) = (0x40, 0x40);   // 2^30 x 2^30
        StringAssert.Contains(Error(_folder.Write("bomb.png", file)).What, "1073741825 x 1073741825");
    }

    [TestMethod]
    public void Saved_PNG_reads_back_equal_and_no_temporary_file_stays()
    {
        using var image = ImageFile.Load(_folder.Write("a.png", Encoded.Skia(SKEncodedImageFormat.Png, 9, 5, (y, x) => new SKColor((byte)(20 * y), (byte)x, 77))));
        foreach (string name in new[] { "b.png", "b.jpg" })
            ImageFile.Save(image, _folder.File(name));
        using var again = ImageFile.Load(_folder.File("b.png"));
        CollectionAssert.AreEqual(image.Pixels.ToArray(), again.Pixels.ToArray());
        Assert.AreEqual((9, 5), ImageFile.ReadSize(_folder.File("b.jpg")));
        Assert.HasCount(3, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void Saving_where_nothing_can_be_written_is_an_error_that_names_the_file()
    {
        using var image = ImageFile.Load(_folder.Write("a.png", Encoded.Png(2, 2)));
        var error = Assert.ThrowsExactly<DxmiException>(() => ImageFile.Save(image, Path.Combine(_folder.Path, "a.png", "b.png")));
        StringAssert.Contains(error.What, "b.png' cannot be written");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageFile.Save(image, _folder.File("b.gif")));
    }

    private static DxmiException Error(string path) => Assert.Throws<DxmiException>(() => ImageFile.Load(path));

    private static byte[] Pixel(MLImage image, int y, int x) => image.Pixels.Slice((y * image.Width + x) * 4, 4).ToArray();

    private static void AssertAll16Bit(MLImage image, bool colour)
    {
        Assert.AreEqual((256, 256), (image.Height, image.Width));
        var expected = s_all16Bit.SelectMany(v => new[] { s_all16BitRounded[colour ? v ^ 2 : v], s_all16BitRounded[colour ? v ^ 1 : v], s_all16BitRounded[v], (byte)255 });
        Assert.IsTrue(image.Pixels.SequenceEqual(expected.ToArray()));
    }
}
