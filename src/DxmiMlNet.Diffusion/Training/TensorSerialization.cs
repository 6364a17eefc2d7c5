using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>Tensors of a checkpoint: the element count, then the values as 32-bit floats, row major, little endian.</summary>
internal static class TensorSerialization
{
    public static void WriteTensor(this BinaryWriter writer, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = tensor.detach().cpu().reshape(-1).data<float>().ToArray();
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    /// <summary>Overwrites a tensor in place.</summary>
    public static void ReadTensor(this BinaryReader reader, Tensor target)
    {
        int count = reader.ReadInt32();
        if (count != target.numel())
            throw new InvalidDataException($"The checkpoint holds {count} values where the network has {target.numel()}.");
        var values = new float[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        target.copy_(tensor(values).reshape(target.shape));
    }

    public static void WriteGenerator(this BinaryWriter writer, Generator generator)
    {
        using var scope = NewDisposeScope();
        var state = generator.get_state().data<byte>().ToArray();
        writer.Write(state.Length);
        writer.Write(state);
    }

    public static void ReadGenerator(this BinaryReader reader, Generator generator)
    {
        using var scope = NewDisposeScope();
        generator.set_state(tensor(reader.ReadBytes(reader.ReadInt32())));
    }
}
