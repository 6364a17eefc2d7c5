using System.Runtime.InteropServices;

namespace DxmiMlNet.Persistence;

/// <summary>Arrays in a payload: the length (Int32), then the values, little-endian.</summary>
internal static class PayloadArrays
{
    public static void WriteSingles(this BinaryWriter writer, ReadOnlySpan<float> values)
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    /// <exception cref="EndOfStreamException">The payload ends before the array does.</exception>
    public static float[] ReadSingles(this BinaryReader reader)
    {
        int length = reader.ReadInt32();
        var bytes = reader.ReadBytes(checked(length * sizeof(float)));
        return bytes.Length == length * sizeof(float) ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : throw new EndOfStreamException("an array is cut off.");
    }

    public static void WriteByteArray(this BinaryWriter writer, ReadOnlySpan<byte> values)
    {
        writer.Write(values.Length);
        writer.Write(values);
    }

    /// <exception cref="EndOfStreamException">The payload ends before the array does.</exception>
    public static byte[] ReadByteArray(this BinaryReader reader)
    {
        int length = reader.ReadInt32();
        var bytes = reader.ReadBytes(length);
        return bytes.Length == length ? bytes : throw new EndOfStreamException($"{bytes.Length} of {length} bytes are there");
    }
}
