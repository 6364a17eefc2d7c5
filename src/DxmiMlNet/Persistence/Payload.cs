using System.IO.Hashing;

namespace DxmiMlNet.Persistence;

/// <summary>What a stage of ours saves: the version of its format (Int32), the content, and the XXH3 hash of both (8 bytes, big-endian).</summary>
internal static class Payload
{
    private const int HashLength = sizeof(ulong);

    // Backbones of today have up to 100 million weights; no stage holds more than one.
    private const int LargestLength = 1 << 30;

    public static void Write(BinaryWriter writer, int version, Action<BinaryWriter> write)
    {
        using var content = new MemoryStream();
        using (var inner = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            inner.Write(version);
            write(inner);
        }
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        writer.Write(bytes);
        writer.Write(XxHash3.Hash(bytes));
    }

    /// <exception cref="DxmiException">The payload is damaged or of another version.</exception>
    public static T Read<T>(Stream stream, LoaderInfo info, Func<BinaryReader, T> read)
    {
        byte[] bytes = ReadBounded(stream, info);
        if (bytes.Length < sizeof(int) + HashLength)
            throw Damaged(info, "is cut off");
        // Before the checksum: a payload of a later version may end otherwise.
        int version = BitConverter.ToInt32(bytes);
        if (version != info.Version)
            throw new DxmiException($"The model's {info.LoaderSignature} stage has version {version}.",
                $"This DxmiMlNet reads version {info.Version}.", "Update DxmiMlNet to the version that saved it, or train the model again with this one.");
        if (!XxHash3.Hash(bytes.AsSpan(..^HashLength)).AsSpan().SequenceEqual(bytes.AsSpan(^HashLength..)))
            throw Damaged(info, "does not have the checksum that it was saved with");
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, sizeof(int), bytes.Length - sizeof(int) - HashLength, writable: false));
            return read(reader);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            throw Damaged(info, $"cannot be read ({e.Message.TrimEnd('.')})", e);
        }
    }

    public static DxmiException Damaged(LoaderInfo info, string how, Exception? inner = null) => new($"The model's {info.LoaderSignature} stage {how}.",
        "The file should be as it was saved.", "Copy the model file again, or train the model again.", inner);

    private static byte[] ReadBounded(Stream stream, LoaderInfo info)
    {
        using var content = new MemoryStream();
        var block = new byte[81920];
        for (int read; (read = stream.Read(block)) > 0;)
        {
            if (content.Length + read > LargestLength)
                throw new DxmiException($"The model's {info.LoaderSignature} stage is larger than {LargestLength >> 20} MiB.",
                    "A stage of a model is some MiB, a large backbone some hundred.", "Copy the model file again, or train the model again.");
            content.Write(block, 0, read);
        }
        return content.ToArray();
    }
}
