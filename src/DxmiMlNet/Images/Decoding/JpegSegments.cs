using System.Buffers.Binary;

namespace DxmiMlNet.Images.Decoding;

/// <summary>Looks at the markers of a JPEG stream inside another file (ITU T.81, annex B), before a decoder takes memory and time for it.</summary>
internal static class JpegSegments
{
    private const int MostScans = 100;   // Skia's limit: a file of a few bytes a scan could keep a processor busy for hours

    /// <summary>Makes sure that the picture is no larger than its place, and that it has no absurd number of scans.</summary>
    /// <exception cref="InvalidDataException">It is, or has.</exception>
    public static void Check(ReadOnlySpan<byte> jpeg, long width, long height)
    {
        int scans = 0;
        for (int at = 0; at + 1 < jpeg.Length; at++)
        {
            // In entropy-coded data 0xFF is always followed by 0 or a restart marker: what looks like one of these markers is one, or lies in a table.
            int next = jpeg[at..].IndexOf((byte)0xFF);
            if (next < 0 || (at += next) + 1 >= jpeg.Length)
                return;
            switch (jpeg[at + 1])
            {
                case 0xDA when ++scans > MostScans:
                    throw new InvalidDataException($"a JPEG in it has more than {MostScans} scans");
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) when at + 9 <= jpeg.Length:   // start of frame
                    int rows = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 5)..]), columns = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 7)..]);
                    if (rows > height || columns > width)
                        throw new InvalidDataException($"a JPEG in it has {columns} x {rows} pixels in a place of {width} x {height}");
                    break;
            }
        }
    }
}
