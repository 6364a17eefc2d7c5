using System.Buffers.Binary;
using System.Text;

namespace DxmiMlNet.Fuzz;

/// <summary>Damages bytes as transfers, disks and adversaries do: flips, cuts, copies, numbers of extreme size.</summary>
internal static class Mutation
{
    private static readonly uint[] s_extremes = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 9_999, 40_000, 1 << 24];

    private static readonly string[] s_words = ["", "\"", ",", ";", "\n", "\r", "\0", "{", "}", "[", "]", ":", "null", "true", "-1", "0", "1e999", "NaN", "99999999999999999999", "..",
        "../../etc/passwd", "/dev/zero", "\uFEFF", "\u202E", "\uD800", "image", "label", "good", "x.png", "\\u0000", new string('a', 70_000), new string('[', 2_000)];

    /// <summary>One to eight changes of a copy.</summary>
    public static byte[] Of(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (int i = Count(random); i > 0; i--)
            Change(bytes, random);
        return [.. bytes];
    }

    /// <summary>One to eight changes of a text, half of them with words that mean something to a parser.</summary>
    public static byte[] OfText(string original, Random random)
    {
        if (random.Next(4) == 0)
            return Of(Encoding.UTF8.GetBytes(original), random);
        var text = new StringBuilder(original);
        for (int i = Count(random); i > 0; i--)
        {
            int at = random.Next(text.Length + 1), length = Math.Min(random.Next(random.Next(2) == 0 ? 2 : 12), text.Length - at);
            text.Remove(at, length).Insert(at, s_words[random.Next(s_words.Length)]);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Gives every chunk of a PNG the checksum of what it holds now, so that a decoder looks at it.</summary>
    public static void RepairPng(byte[] png)
    {
        for (long at = 8; at + 12 <= png.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan((int)at));
            if (at + 12 + length > png.Length)
                return;
            var body = png.AsSpan((int)at + 4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan((int)(at + 8 + length)), System.IO.Hashing.Crc32.HashToUInt32(body));
            at += 12 + length;
        }
    }

    // Mostly one: two hide each other.
    private static int Count(Random random) => random.Next(3) > 0 ? 1 : random.Next(2, 9);

    private static void Change(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }
        // Headers decide most: half of the changes are among the first bytes.
        int at = random.Next(random.Next(2) == 0 ? Math.Min(64, bytes.Count) : bytes.Count);
        int length = Math.Min(random.Next(1, 64), bytes.Count - at);
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                var noise = new byte[length];
                random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            default:
                Overwrite(bytes, at, s_extremes[random.Next(s_extremes.Length)], random.Next(2) == 0 ? 2 : 4, random.Next(2) == 0);
                break;
        }
    }

    private static void Overwrite(List<byte> bytes, int at, uint value, int length, bool bigEndian)
    {
        for (int i = 0; i < length && at + i < bytes.Count; i++)
            bytes[at + i] = (byte)(value >> 8 * (bigEndian ? length - 1 - i : i));
    }
}
