using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Images;

namespace DxmiMlNet.Features;

/// <summary>
/// An image of any size to a backbone's input [3, height, width]: resized with <see cref="ResampleWeights"/>, then
/// x = (value * scale - mean) / std. Alpha is ignored. Any number of threads may use one.
/// </summary>
internal sealed class ImagePreprocessor
{
    private const int MostSizesRemembered = 64;

    private readonly ConcurrentDictionary<(int Source, int Target), ResampleWeights> _weights = [];
    private readonly bool _bgr;
    private readonly Vector128<float> _gain;     // in the model's channel order
    private readonly Vector128<float> _offset;

    public ImagePreprocessor(int height, int width, BackboneInput input)
    {
        Height = height;
        Width = width;
        _bgr = input.ChannelOrder == ChannelOrder.Bgr;
        var (gain, offset) = input.Affine;
        _gain = Vector128.Create(gain[0], gain[1], gain[2], 0);
        _offset = Vector128.Create(offset[0], offset[1], offset[2], 0);
    }

    /// <summary>Height of the target in pixels.</summary>
    public int Height { get; }

    /// <summary>Width of the target in pixels.</summary>
    public int Width { get; }

    /// <summary>Values of one target: 3 * height * width.</summary>
    public int Length => 3 * Height * Width;

    /// <summary>Fills [3, height, width].</summary>
    public void Fill(PixelFrame image, Span<float> destination)
    {
        var rows = Weights(image.Height, Height);
        var columns = Weights(image.Width, Width);
        // Where the pixel's first and third byte go, and their constants.
        bool swap = image.IsBgra != _bgr;
        int plane = Height * Width;
        var first = destination.Slice(swap ? 2 * plane : 0, plane);
        var second = destination.Slice(plane, plane);
        var third = destination.Slice(swap ? 0 : 2 * plane, plane);
        var reversed = Vector128.Create(2, 1, 0, 3);
        var gain = swap ? Vector128.Shuffle(_gain, reversed) : _gain;
        var offset = swap ? Vector128.Shuffle(_offset, reversed) : _offset;

        var scratch = ArrayPool<float>.Shared.Rent(4 * image.Width);
        var row = scratch.AsSpan(0, 4 * image.Width);
        for (int y = 0, at = 0; y < Height; y++)
        {
            // Down first, in whole rows of bytes; then across, pixel by pixel: the four channels of a pixel are one vector.
            row.Clear();
            int source = rows.First(y);
            foreach (float weight in rows.Of(y))
                AddRow(image.Row(source++), weight, row);
            var vectors = MemoryMarshal.Cast<float, Vector128<float>>(row);
            for (int x = 0; x < Width; x++, at++)
            {
                var weights = columns.Of(x);
                var window = vectors.Slice(columns.First(x), weights.Length);
                var sum = Vector128<float>.Zero;
                for (int k = 0; k < weights.Length; k++)
                    sum += window[k] * weights[k];
                var value = sum * gain + offset;
                first[at] = value[0];
                second[at] = value[1];
                third[at] = value[2];
            }
        }
        ArrayPool<float>.Shared.Return(scratch);
    }

    // sum += weight * bytes
    private static void AddRow(ReadOnlySpan<byte> bytes, float weight, Span<float> sum)
    {
        int i = 0, quarter = Vector<float>.Count;
        for (; i <= bytes.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes[i..]), out var low, out var high);
            Vector.Widen(low, out var a, out var b);
            Vector.Widen(high, out var c, out var d);
            Add(a, sum[i..]);
            Add(b, sum[(i + quarter)..]);
            Add(c, sum[(i + 2 * quarter)..]);
            Add(d, sum[(i + 3 * quarter)..]);
        }
        for (; i < bytes.Length; i++)
            sum[i] += weight * bytes[i];

        // Bytes fit into signed numbers, whose conversion is one instruction.
        void Add(Vector<uint> values, Span<float> at)
            => (new Vector<float>(at) + weight * Vector.ConvertToSingle(Vector.AsVectorInt32(values))).CopyTo(at);
    }

    private ResampleWeights Weights(int source, int target)
    {
        if (_weights.TryGetValue((source, target), out var known))
            return known;
        if (_weights.Count >= MostSizesRemembered)   // a folder of images of all sizes must not fill the memory
            _weights.Clear();
        return _weights.GetOrAdd((source, target), size => new ResampleWeights(size.Source, size.Target));
    }
}
