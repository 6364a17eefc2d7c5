using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Images;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>One image to inspect, wherever its pixels are: a file, a stream, memory, an <see cref="MLImage"/>. The same pixels give the same result.</summary>
public abstract class InspectionSource
{
    private protected InspectionSource(InspectionItem item)
    {
        Item = item;
    }

    /// <summary>What is known about the image; <see cref="InspectionItem.ImagePath"/> is its file, or the name that it was given.</summary>
    public InspectionItem Item { get; }

    /// <summary>What results and error texts call the image.</summary>
    public string Name => Item.ImagePath;

    /// <summary>
    /// An image that marks what is to be ignored on this one, in white; it is scaled to it. Null for none, or that of
    /// <see cref="InspectionItem.IgnoreMaskPath"/>. Needs a model that was trained with masks.
    /// </summary>
    public InspectionSource? IgnoreMask { get; private set; }

    /// <summary>The same image with a mask of its own.</summary>
    /// <param name="mask">An image that marks what is to be ignored on this one, in white.</param>
    public InspectionSource WithIgnoreMask(InspectionSource mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var copy = (InspectionSource)MemberwiseClone();
        copy.IgnoreMask = mask;
        return copy;
    }

    /// <summary>An image file: PNG, JPEG, BMP or TIFF.</summary>
    /// <param name="path">The file; it is read when it is inspected.</param>
    public static InspectionSource File(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Of(Named(path));
    }

    /// <summary>An image of a data set.</summary>
    /// <param name="item">The image; its file is read when it is inspected.</param>
    public static InspectionSource Of(InspectionItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new OfFile(item) { IgnoreMask = item.IgnoreMaskPath.Length > 0 ? File(item.IgnoreMaskPath) : null };
    }

    /// <summary>An image of ML.NET.</summary>
    /// <param name="image">Rgba32 or Bgra32; it stays the caller's, and must live until it is inspected.</param>
    /// <param name="name">What results and error texts call it.</param>
    public static InspectionSource Of(MLImage image, string name = "image")
    {
        ArgumentNullException.ThrowIfNull(image);
        return new OfImage(image, Named(name));
    }

    /// <summary>The bytes of an image file.</summary>
    /// <param name="file">A whole PNG, JPEG, BMP or TIFF file; it must not change until it is inspected.</param>
    /// <param name="name">What results and error texts call it.</param>
    public static InspectionSource Encoded(ReadOnlyMemory<byte> file, string name = "image") => new OfBytes(file, Named(name));

    /// <summary>A stream of an image file.</summary>
    /// <param name="stream">A whole PNG, JPEG, BMP or TIFF file from where the stream stands to its end; read when it is inspected, and left open.</param>
    /// <param name="name">What results and error texts call it.</param>
    public static InspectionSource Stream(Stream stream, string name = "image")
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new OfStream(stream, Named(name));
    }

    /// <summary>Pixels in memory, as a camera gives them.</summary>
    /// <param name="pixels">[height, stride], row by row; they must not change until they are inspected.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="format">Layout of a pixel.</param>
    /// <param name="stride">Bytes from one row to the next; 0 where rows follow each other.</param>
    /// <param name="name">What results and error texts call it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sizes do not fit together.</exception>
    public static InspectionSource Pixels(ReadOnlyMemory<byte> pixels, int width, int height, ImagePixelFormat format, int stride = 0, string name = "image")
        => new OfPixels(pixels, width, height, format, stride, Named(name));

    /// <summary>A file by its path.</summary>
    /// <param name="path">The file.</param>
    public static implicit operator InspectionSource(string path) => File(path);

    /// <summary>Reads the pixels.</summary>
    /// <param name="buffer">Holds them where they are not in memory already; the view is valid until it is used again.</param>
    /// <exception cref="DxmiException">They cannot be read.</exception>
    internal abstract PixelFrame Read(PixelBuffer buffer);

    /// <summary>The least value of a pixel that a mask marks: nearly black is black in a JPEG.</summary>
    internal virtual int MarkedFrom => 1;

    internal static InspectionItem Named(string name) => new(name, false, "", InspectionItem.Good, "", InspectionSplit.Test);

    /// <summary>What is decoded: the format says what a mask in it marks.</summary>
    private abstract class OfFormat(InspectionItem item) : InspectionSource(item)
    {
        private ImageFormat _format;

        internal override int MarkedFrom => _format == ImageFormat.Jpeg ? 128 : 1;

        internal override PixelFrame Read(PixelBuffer buffer)
        {
            _format = Decode(buffer);
            return PixelFrame.Of(buffer);
        }

        protected abstract ImageFormat Decode(PixelBuffer buffer);
    }

    private sealed class OfFile(InspectionItem item) : OfFormat(item)
    {
        protected override ImageFormat Decode(PixelBuffer buffer) => ImageFile.Decode(Name, buffer);
    }

    private sealed class OfBytes(ReadOnlyMemory<byte> file, InspectionItem item) : OfFormat(item)
    {
        protected override ImageFormat Decode(PixelBuffer buffer) => ImageFile.Decode(file, Name, buffer);
    }

    private sealed class OfStream(Stream stream, InspectionItem item) : OfFormat(item)
    {
        protected override ImageFormat Decode(PixelBuffer buffer) => ImageFile.Decode(stream, Name, buffer);
    }

    private sealed class OfImage(MLImage image, InspectionItem item) : InspectionSource(item)
    {
        internal override PixelFrame Read(PixelBuffer buffer) => PixelFrame.Of(image);
    }

    private sealed class OfPixels : InspectionSource
    {
        private readonly ReadOnlyMemory<byte> _pixels;
        private readonly int _width, _height, _stride;
        private readonly ImagePixelFormat _format;

        public OfPixels(ReadOnlyMemory<byte> pixels, int width, int height, ImagePixelFormat format, int stride, InspectionItem item)
            : base(item)
        {
            _stride = PixelFrame.CheckedStride(pixels.Length, width, height, stride, format);
            (_pixels, _width, _height, _format) = (pixels, width, height, format);
        }

        internal override PixelFrame Read(PixelBuffer buffer) => PixelFrame.Of(_pixels.Span, _width, _height, _stride, _format, buffer);
    }
}
