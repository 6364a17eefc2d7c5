using System.Text;

namespace DxmiMlNet.Onnx;

/// <summary>One field of a protobuf message: a number, or the bytes of a string, a packed list or a nested message.</summary>
internal readonly record struct ProtoField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}

/// <summary>Walks the fields of a protobuf message without a schema.</summary>
internal static class ProtoReader
{
    /// <exception cref="InvalidDataException">The bytes are no protobuf message.</exception>
    public static IEnumerable<ProtoField> Fields(ReadOnlyMemory<byte> message)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint(message.Span, ref at);
            int number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return new ProtoField(number, Varint(message.Span, ref at), default);
                    break;
                case 1:
                    yield return new ProtoField(number, BitConverter.ToUInt64(Take(message, 8, ref at).Span), default);
                    break;
                case 2:
                    ulong length = Varint(message.Span, ref at);
                    yield return new ProtoField(number, 0, Take(message, length, ref at));
                    break;
                case 5:
                    yield return new ProtoField(number, BitConverter.ToUInt32(Take(message, 4, ref at).Span), default);
                    break;
                default:
                    throw new InvalidDataException("The bytes are no protobuf message.");
            }
        }
    }

    private static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> message, ulong length, ref int at)
    {
        if (length > (ulong)(message.Length - at))
            throw new InvalidDataException("The protobuf message is cut off.");
        var bytes = message.Slice(at, (int)length);
        at += (int)length;
        return bytes;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (at >= bytes.Length)
                throw new InvalidDataException("The protobuf message is cut off.");
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException("The bytes are no protobuf message.");
    }
}
