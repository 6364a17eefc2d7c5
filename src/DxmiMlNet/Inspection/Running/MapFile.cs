using BitMiracle.LibTiff.Classic;
using DxmiMlNet.Explanation;
using DxmiMlNet.Files;
using DxmiMlNet.Images;

namespace DxmiMlNet;

/// <summary>How anomaly maps are written.</summary>
public enum MapFormat
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>TIFF of one 32-bit floating-point value a patch, as the model gives them.</summary>
    Float32,

    /// <summary>Grey PNG of 16 bits a patch: 0 is the ordinary value of a good part, 65535 the end of the overlays' colour scale (<see cref="AnomalyScale"/>).</summary>
    Png16,
}

/// <summary>Writes anomaly maps as pictures of one pixel a patch.</summary>
public static class MapFile
{
    /// <summary>What the name of a map's file ends with: ".tiff" or ".png".</summary>
    /// <param name="format">The format, not <see cref="MapFormat.None"/>.</param>
    public static string Extension(MapFormat format) => format == MapFormat.Float32 ? ".tiff" : ".png";

    /// <summary>Writes a map; the file appears whole or not at all.</summary>
    /// <param name="map">The map.</param>
    /// <param name="format">The format, not <see cref="MapFormat.None"/>.</param>
    /// <param name="scale">What the values mean; read for <see cref="MapFormat.Png16"/>.</param>
    /// <param name="path">The file; what is there is replaced.</param>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public static void Save(AnomalyMap map, MapFormat format, AnomalyScale scale, string path)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentOutOfRangeException.ThrowIfEqual((int)format, (int)MapFormat.None, nameof(format));
        byte[] file = format == MapFormat.Float32 ? Tiff(map) : Png(map, scale);
        AtomicFile.Write(path, "The anomaly map", stream => stream.Write(file));
    }

    private static byte[] Png(AnomalyMap map, AnomalyScale scale)
    {
        double range = scale.High - (double)scale.Low;
        using var file = new MemoryStream();
        Png16Encoder.Write([.. map.Values.Select(value => (ushort)Math.Clamp(Math.Round(65535 * (value - scale.Low) / range), 0, 65535))], map.Height, map.Width, file);
        return file.ToArray();
    }

    private static byte[] Tiff(AnomalyMap map)
    {
        using var file = new MemoryStream();
        using (var tiff = BitMiracle.LibTiff.Classic.Tiff.ClientOpen("map", "w", file, new TiffStream()))
        {
            tiff.SetField(TiffTag.IMAGEWIDTH, map.Width);
            tiff.SetField(TiffTag.IMAGELENGTH, map.Height);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
            tiff.SetField(TiffTag.BITSPERSAMPLE, 32);
            tiff.SetField(TiffTag.SAMPLEFORMAT, SampleFormat.IEEEFP);
            tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
            tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
            tiff.SetField(TiffTag.COMPRESSION, Compression.ADOBE_DEFLATE);
            tiff.SetField(TiffTag.ROWSPERSTRIP, map.Height);
            var row = new byte[map.Width * sizeof(float)];
            for (int y = 0; y < map.Height; y++)
            {
                Buffer.BlockCopy(map.Values, y * row.Length, row, 0, row.Length);
                tiff.WriteScanline(row, y);
            }
        }
        return file.ToArray();
    }
}
