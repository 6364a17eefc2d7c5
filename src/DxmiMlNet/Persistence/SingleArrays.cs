using System.Runtime.InteropServices;

namespace DxmiMlNet.Persistence;

/// <summary>Arrays of Single in a payload: the length, then the values, little-endian.</summary>
internal static class SingleArrays
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
}
