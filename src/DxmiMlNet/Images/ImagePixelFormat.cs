namespace DxmiMlNet.Images;

/// <summary>How the bytes of a pixel in memory are laid out, as cameras and decoders give them.</summary>
public enum ImagePixelFormat
{
    /// <summary>One byte a pixel, grey.</summary>
    Gray8,

    /// <summary>Two bytes a pixel, grey, little-endian over its full range; it is rounded to 8 bits as files of 16 bits are.</summary>
    Gray16,

    /// <summary>Three bytes a pixel: red, green, blue.</summary>
    Rgb24,

    /// <summary>Three bytes a pixel: blue, green, red.</summary>
    Bgr24,

    /// <summary>Four bytes a pixel: red, green, blue, and one that is not looked at.</summary>
    Rgba32,

    /// <summary>Four bytes a pixel: blue, green, red, and one that is not looked at.</summary>
    Bgra32,
}
