using System.Buffers.Binary;
using System.Diagnostics;
using BitMiracle.LibTiff.Classic;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Decoding;
using SkiaSharp;

namespace DxmiMlNet.Tests.Images.Decoding;

/// <summary>What files may claim, and what is taken for them: defects 2 and 4.</summary>
[TestClass]
public class ImageLimitTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Delete_files() => _folder.Dispose();

    [TestMethod]
    public void A_small_file_that_claims_529_megapixels_is_refused_before_memory_is_taken()   // defect 2
    {
        byte[] bomb16 = Encoded.Png(1, 1, 16, [7]);
        BinaryPrimitives.WriteInt32BigEndian(bomb16.AsSpan(16), 23_000);
        BinaryPrimitives.WriteInt32BigEndian(bomb16.AsSpan(20), 23_000);
        byte[] jpeg = Encoded.Skia(SKEncodedImageFormat.Jpeg, 8, 8, (_, _) => SKColors.Gray);
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 23_000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 23_000);
        byte[] tiff = WithTags(Encoded.Tiff(1, 1, 8, [7], Photometric.MINISBLACK), (256, 23_000), (257, 23_000));
        foreach (byte[] file in new[] { Encoded.PngThatClaims(23_000, 23_000), bomb16, jpeg, tiff })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.Throws<DxmiException>(() => ImageFile.Load(file, "bomb"));
            StringAssert.Contains(error.What, "Image 'bomb' claims to have 23000 x 23000 pixels");
            StringAssert.Contains(error.Expected, "100000000 pixels");
            StringAssert.Contains(error.Remedy, "ImageDecoding.MaximumPixels");
            Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    public void The_largest_image_is_a_setting()
    {
        string path = _folder.Write("a.png", Encoded.Png(10, 20));
        long before = ImageDecoding.MaximumPixels;
        try
        {
            ImageDecoding.MaximumPixels = 199;
            StringAssert.Contains(Assert.Throws<DxmiException>(() => ImageFile.Load(path)).What, "20 x 10");
            StringAssert.Contains(Assert.Throws<DxmiException>(() => ImageFile.ReadSize(path)).What, "20 x 10");
            ImageDecoding.MaximumPixels = 200;
            ImageFile.Load(path).Dispose();
        }
        finally
        {
            ImageDecoding.MaximumPixels = before;
        }
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageDecoding.MaximumPixels = 0);
    }

    [TestMethod]
    public void Long_files_and_endless_streams_are_refused_without_being_read_to_their_end()
    {
        long before = ImageDecoding.MaximumPixels;
        try
        {
            ImageDecoding.MaximumPixels = 1000;
            StringAssert.Contains(Assert.Throws<DxmiException>(() => ImageFile.Load(_folder.Write("long.png", new byte[2 << 20]))).What, "has 2097152 bytes");
            StringAssert.Contains(Assert.Throws<DxmiException>(() => ImageFile.Load(new EndlessStream(), "camera 3")).What, "'camera 3' has");
        }
        finally
        {
            ImageDecoding.MaximumPixels = before;
        }
    }

    [TestMethod]
    [DataRow(322, 5_000_000, DisplayName = "tile width")]
    [DataRow(323, int.MaxValue, DisplayName = "tile length")]
    [DataRow(277, 60_000, DisplayName = "samples a pixel")]
    [DataRow(258, 0, DisplayName = "bits")]
    [DataRow(325, int.MaxValue, DisplayName = "length of a tile")]
    [DataRow(324, int.MaxValue, DisplayName = "place of a tile")]
    [DataRow(259, 6, DisplayName = "withdrawn JPEG")]
    public void Tags_of_a_TIFF_that_ask_for_more_than_there_is_are_errors_at_little_cost(int tag, int value)
    {
        var tiff = WithTags(Encoded.Tiff(16, 16, 8, [.. Enumerable.Range(0, 256)], Photometric.MINISBLACK, tiled: true), (tag, value));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<DxmiException>(() => ImageFile.Load(tiff, "a.tif"));
        StringAssert.Contains(error.What, "Image 'a.tif' cannot be decoded");
        Assert.IsLessThan(4 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_JPEG_inside_a_TIFF_may_not_be_larger_than_its_place()
    {
        var tiff = Encoded.Tiff(16, 16, 8, [.. Enumerable.Repeat(120, 256)], Photometric.MINISBLACK, compression: Compression.JPEG);
        int frame = tiff.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(frame + 5), 65_000);
        StringAssert.Contains(Assert.Throws<DxmiException>(() => ImageFile.Load(tiff, "a.tif")).What, "16 x 65000 pixels in a place of 16 x 16");
    }

    [TestMethod]
    public void Images_in_flight_share_a_bounded_number_of_bytes()   // defect 2
    {
        var memory = new DecodingMemory();
        long before = ImageDecoding.MaximumBytesInFlight;
        try
        {
            ImageDecoding.MaximumBytesInFlight = 100;
            int together = 0, most = 0, done = 0;
            Thread[] threads = [.. Enumerable.Range(0, 6).Select(_ => new Thread(() =>
            {
                for (int i = 0; i < 20; i++)
                {
                    using (memory.Take(40))
                    {
                        int now = Interlocked.Increment(ref together);
                        lock (memory)
                            most = Math.Max(most, now);
                        Thread.Sleep(1);
                        Interlocked.Decrement(ref together);
                    }
                    Interlocked.Increment(ref done);
                }
            }))];
            Array.ForEach(threads, t => t.Start());
            Array.ForEach(threads, t => t.Join());
            Assert.AreEqual((2, 120, 80L), (most, done, memory.Peak));
            using (memory.Take(1000))   // alone, it may be of any size
                Assert.AreEqual(1000, memory.Peak);
        }
        finally
        {
            ImageDecoding.MaximumBytesInFlight = before;
        }
    }

    [TestMethod]
    [Timeout(20_000)]
    public void An_image_keeps_its_share_while_it_is_inspected_and_its_mask_does_not_wait()
    {
        long before = ImageDecoding.MaximumBytesInFlight;
        try
        {
            ImageDecoding.MaximumBytesInFlight = 1;
            string path = _folder.Write("a.png", Encoded.Png(4, 4));
            using var isFree = new ManualResetEventSlim();
            var other = new Thread(() =>
            {
                ImageFile.Load(path).Dispose();
                isFree.Set();
            });
            using (DecodingMemory.Keep())
            {
                ImageFile.Load(path).Dispose();
                other.Start();
                ImageFile.Load(path).Dispose();   // the mask, say
                Assert.IsFalse(isFree.Wait(200), "the other image waits");
            }
            other.Join();
            Assert.IsTrue(isFree.IsSet);
        }
        finally
        {
            ImageDecoding.MaximumBytesInFlight = before;
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [Timeout(20_000)]
    public void Pipes_and_devices_are_errors_and_nothing_waits_for_them()   // defect 4
    {
        string pipe = _folder.File("pipe.png"), device = _folder.File("zero.png"), list = _folder.File("list.csv");
        foreach (string path in new[] { pipe, list })
            Process.Start("mkfifo", [path]).WaitForExit();
        File.CreateSymbolicLink(device, "/dev/zero");
        foreach (var (path, kind) in new[] { (pipe, "a named pipe"), (device, "a device") })
        {
            var error = Assert.Throws<DxmiException>(() => ImageFile.Load(path));
            StringAssert.Contains(error.What, $"{path}' cannot be opened: it is {kind}");
            Assert.Throws<DxmiException>(() => ImageFile.ReadSize(path));
        }
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => InspectionDataset.Read(list)).What, "a named pipe");
        Assert.HasCount(1, InspectionDataset.List(_folder.Path), "the pipe is listed, and its error is its own");
    }

    [TestMethod]
    public void Streams_and_memory_give_the_same_pixels_and_errors_as_files()
    {
        foreach (byte[] file in new[] { Encoded.Png(5, 7), Encoded.Bmp(5, 7, (y, x) => new SKColor((byte)y, (byte)x, 9)), Encoded.Png(16, 16, 16, [.. Enumerable.Range(0, 256)]),
            Encoded.Skia(SKEncodedImageFormat.Jpeg, 9, 9, (y, x) => new SKColor((byte)(y * 20), (byte)(x * 20), 9)), Encoded.Tiff(20, 10, 8, [.. Enumerable.Range(0, 200)], Photometric.MINISBLACK) })
        {
            using var fromFile = ImageFile.Load(_folder.Write("a", file));
            using var fromMemory = ImageFile.Load(((byte[])[1, 2, 3, .. file]).AsMemory(3), "a");
            using var fromStream = ImageFile.Load(new MemoryStream(file), "a");
            using var fromNetwork = ImageFile.Load(new TrickleStream(file), "a");
            foreach (var image in new[] { fromMemory, fromStream, fromNetwork })
                CollectionAssert.AreEqual(fromFile.Pixels.ToArray(), image.Pixels.ToArray());
            StringAssert.Contains(Assert.Throws<DxmiException>(() => ImageFile.Load(new MemoryStream(file[..(file.Length / 2)]), "camera 3")).What, "Image 'camera 3' cannot be decoded");
        }
        StringAssert.Contains(Assert.Throws<DxmiException>(() => ImageFile.Load(Stream.Null, "camera 3")).What, "Image 'camera 3' is empty");
    }

    // Sets values in the first directory of a little-endian TIFF, each as one LONG.
    private static byte[] WithTags(byte[] tiff, params (int Tag, int Value)[] values)
    {
        int directory = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(4));
        for (int i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(tiff.AsSpan(directory)); i++)
        {
            var entry = tiff.AsSpan(directory + 2 + 12 * i, 12);
            foreach (var (tag, value) in values)
            {
                if (BinaryPrimitives.ReadUInt16LittleEndian(entry) != tag)
                    continue;
                BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], 4);
                BinaryPrimitives.WriteInt32LittleEndian(entry[4..], 1);
                BinaryPrimitives.WriteInt32LittleEndian(entry[8..], value);
            }
        }
        return tiff;
    }

    /// <summary>A stream without a length that gives one byte at a time.</summary>
    private sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => count;
    }
}
