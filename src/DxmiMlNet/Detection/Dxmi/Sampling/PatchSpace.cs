using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Onnx;
using DxmiMlNet.Persistence;
using Google.Protobuf;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>
/// The way between features x [C] of a patch and the whitened space z [K] that sampler and energy live in: z = ((x - mean) basis - mean_p) W_p, and
/// back.
/// </summary>
/// <param name="Positions">P.</param>
/// <param name="Mean">[C].</param>
/// <param name="Basis">[C, K], orthogonal columns.</param>
/// <param name="PositionMean">mean_p, [P, K], or [1, K] where all positions share theirs.</param>
/// <param name="Whitening">W_p, [P, K, K] or [1, K, K], each upper triangular.</param>
internal sealed record PatchSpace(int Positions, float[] Mean, float[] Basis, float[] PositionMean, float[] Whitening)
{
    // Names of the constants in a graph.
    private const string MeanName = "space_mean", BasisName = "space_basis", PositionMeanName = "position_mean", WhiteningName = "whitening";

    /// <summary>C.</summary>
    public int Channels => Mean.Length;

    /// <summary>K.</summary>
    public int Components => Basis.Length / Mean.Length;

    private bool IsShared => PositionMean.Length == Components;

    /// <summary>The way that training found; numbers that all positions share are kept once.</summary>
    public static PatchSpace Of(PatchProjection projection, PatchWhitening whitening)
    {
        int positions = whitening.Positions;
        return new PatchSpace(positions, projection.Mean, projection.Basis,
            whitening.IsShared ? whitening.Mean[..(whitening.Mean.Length / positions)] : whitening.Mean,
            whitening.IsShared ? whitening.Transform[..(whitening.Transform.Length / positions)] : whitening.Transform);
    }

    /// <summary>
    /// Reads the way back from a graph to which <see cref="AddWhitened"/> wrote it: it need not be stored twice, and both use the same numbers.
    /// </summary>
    /// <param name="graph">The bytes of the graph.</param>
    /// <param name="positions">P.</param>
    /// <exception cref="FormatException">The graph lacks one of its constants.</exception>
    public static PatchSpace OfGraph(byte[] graph, int positions)
    {
        var constants = new OnnxFile(graph, "The detector's graph").Model.Graph.Initializer;
        float[] mean = Singles(MeanName), basis = Singles(BasisName);
        int components = basis.Length / mean.Length, kept = components * (components + 1) / 2 + 1;
        float[] packed = Halves(WhiteningName);
        var whitening = new float[packed.Length / kept * components * components];
        for (int i = 0; i < packed.Length / kept; i++)
            for (int row = 0, at = i * kept; row < components; row++)
                for (int column = row; column < components; column++)
                    whitening[(i * components + row) * components + column] = packed[at++];
        return new PatchSpace(positions, mean, basis, Halves(PositionMeanName), whitening);

        ByteString Raw(string stem) => constants.FirstOrDefault(c => c.Name.StartsWith(stem + "_", StringComparison.Ordinal))?.RawData
            ?? throw new FormatException($"The detector's graph has no constant '{stem}'.");
        float[] Singles(string stem) => MemoryMarshal.Cast<byte, float>(Raw(stem).Span).ToArray();
        float[] Halves(string stem)
        {
            var halves = MemoryMarshal.Cast<byte, Half>(Raw(stem).Span);
            var values = new float[halves.Length];
            TensorPrimitives.ConvertToSingle(halves, values);
            return values;
        }
    }

    /// <summary>Adds the components of Features [N, P, C]: y [N, P, K], each of deviation 1 on good parts.</summary>
    public string AddComponents(OnnxGraph graph, string features)
    {
        var x = graph.Node("Sub", [features, graph.Constant(MeanName, Mean, Channels)]);
        return graph.Node("MatMul", [x, graph.Constant(BasisName, Basis, Channels, Components)]);
    }

    /// <summary>
    /// Adds the whitening of components y [N, P, K]: z [N P, K]. Its numbers are stored in 16 bits: 11 bits of each factor count, and z differs by about 0.1 %
    /// from that of 32 bits.
    /// </summary>
    public string AddWhitened(OnnxGraph graph, string components)
    {
        int k = Components, own = PositionMean.Length / k;
        var centred = graph.Node("Sub", [components, graph.HalfConstant(PositionMeanName, PositionMean, own, k)]);
        return Multiplied(graph, centred, graph.HalfTriangles(WhiteningName, Whitening, own, k));
    }

    /// <summary>Adds the way back: z [N P, K] to features [N, P, C] in the span of the basis.</summary>
    public string AddFeatures(OnnxGraph graph, string z)
    {
        var y = graph.Node("Add", [graph.Reshape(Transformed(graph, z, Inverse()), -1, Positions, Components), OwnMean(graph)]);
        return graph.Node("Add", [Projected(graph, y), graph.Constant("mean", Mean, Channels)]);
    }

    /// <summary>Adds how far a move in z, [N P, K], moves the features, [N, P, C].</summary>
    public string AddMove(OnnxGraph graph, string move)
        => Projected(graph, graph.Reshape(Transformed(graph, move, Inverse()), -1, Positions, Components));

    // Binary format: P; arrays of Single, each behind its length: mean, basis, mean_p, W_p.
    public void Write(BinaryWriter writer)
    {
        writer.Write(Positions);
        foreach (var values in new[] { Mean, Basis, PositionMean, Whitening })
            writer.WriteSingles(values);
    }

    public static PatchSpace Read(BinaryReader reader)
        => new(reader.ReadInt32(), reader.ReadSingles(), reader.ReadSingles(), reader.ReadSingles(), reader.ReadSingles());

    private string Transformed(OnnxGraph graph, string x, float[] matrices)
        => Multiplied(graph, x, graph.Constant("transform", matrices, matrices.Length / (Components * Components), Components, Components));

    // [N, P, K] or [N P, K] times a matrix a position, [P, K, K], or the one of all, [1, K, K], to [N P, K]
    private string Multiplied(OnnxGraph graph, string x, string matrices)
    {
        int k = Components;
        if (IsShared)
            return graph.Node("MatMul", [graph.Reshape(x, -1, k), graph.Reshape(matrices, k, k)]);
        return graph.Reshape(graph.Node("MatMul", [graph.Reshape(x, -1, Positions, 1, k), matrices]), -1, k);
    }

    // y [N, P, K] to moves of features [N, P, C]: basis^T, with the square of each column's length taken out.
    private string Projected(OnnxGraph graph, string y)
    {
        var back = new float[Components * Channels];
        for (int k = 0; k < Components; k++)
        {
            double square = 0;
            for (int c = 0; c < Channels; c++)
                square += (double)Basis[c * Components + k] * Basis[c * Components + k];
            for (int c = 0; c < Channels; c++)
                back[k * Channels + c] = square == 0 ? 0 : (float)(Basis[c * Components + k] / square);
        }
        return graph.Node("MatMul", [y, graph.Constant("back", back, Components, Channels)]);
    }

    private string OwnMean(OnnxGraph graph) => graph.Constant(PositionMeanName, PositionMean, PositionMean.Length / Components, Components);

    // W^-1 of every position, by back substitution: W V = I from the last row up.
    private float[] Inverse()
    {
        int k = Components;
        var inverses = new float[Whitening.Length];
        Parallel.For(0, Whitening.Length / (k * k), p =>
        {
            var w = Whitening.AsSpan(p * k * k, k * k);
            var v = new double[k * k];
            for (int row = k - 1; row >= 0; row--)
            {
                for (int column = row; column < k; column++)
                {
                    double sum = row == column ? 1 : 0;
                    for (int i = row + 1; i <= column; i++)
                        sum -= (double)w[row * k + i] * v[i * k + column];
                    v[row * k + column] = sum / w[row * k + row];
                }
            }
            for (int i = 0; i < v.Length; i++)
                inverses[p * k * k + i] = (float)v[i];
        });
        return inverses;
    }
}
