using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Onnx;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>
/// The way between features x [C] of a patch and the whitened space z [K] that sampler and energy live in: z = ((x - mean) scale basis - mean_p) W_p, and
/// back.
/// </summary>
/// <param name="Positions">P.</param>
/// <param name="Mean">[C].</param>
/// <param name="Scale">[C]; 0 where a channel does not count.</param>
/// <param name="Basis">[C, K], orthonormal columns.</param>
/// <param name="PositionMean">mean_p, [P, K], or [1, K] where all positions share theirs.</param>
/// <param name="Whitening">W_p, [P, K, K] or [1, K, K], each upper triangular.</param>
internal sealed record PatchSpace(int Positions, float[] Mean, float[] Scale, float[] Basis, float[] PositionMean, float[] Whitening)
{
    /// <summary>C.</summary>
    public int Channels => Mean.Length;

    /// <summary>K.</summary>
    public int Components => Basis.Length / Mean.Length;

    private bool IsShared => PositionMean.Length == Components;

    /// <summary>The way that training found; numbers that all positions share are kept once.</summary>
    public static PatchSpace Of(PatchProjection projection, PatchWhitening whitening)
    {
        int positions = whitening.Positions;
        bool isShared = AreEqual(whitening.Mean, positions) && AreEqual(whitening.Transform, positions);
        return new PatchSpace(positions, projection.Mean, projection.Scale, projection.Basis,
            isShared ? whitening.Mean[..(whitening.Mean.Length / positions)] : whitening.Mean,
            isShared ? whitening.Transform[..(whitening.Transform.Length / positions)] : whitening.Transform);
    }

    /// <summary>Adds the way there: Features [N, P, C] to z [N P, K].</summary>
    public string AddWhitened(OnnxGraph graph, string features)
    {
        var x = graph.Node("Mul", [graph.Node("Sub", [features, graph.Constant("mean", Mean, Channels)]), graph.Constant("scale", Scale, Channels)]);
        var y = graph.Node("MatMul", [x, graph.Constant("basis", Basis, Channels, Components)]);
        return Transformed(graph, graph.Node("Sub", [y, OwnMean(graph)]), Whitening);
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

    // Binary format: P; arrays of Single, each behind its length: mean, scale, basis, mean_p, W_p.
    public void Write(BinaryWriter writer)
    {
        writer.Write(Positions);
        foreach (var values in new[] { Mean, Scale, Basis, PositionMean, Whitening })
            writer.WriteSingles(values);
    }

    public static PatchSpace Read(BinaryReader reader)
        => new(reader.ReadInt32(), reader.ReadSingles(), reader.ReadSingles(), reader.ReadSingles(), reader.ReadSingles(), reader.ReadSingles());

    // [N, P, K] or [N P, K] times a matrix a position, to [N P, K]
    private string Transformed(OnnxGraph graph, string x, float[] matrices)
    {
        int k = Components;
        if (IsShared)
            return graph.Node("MatMul", [graph.Reshape(x, -1, k), graph.Constant("transform", matrices, k, k)]);
        var rows = graph.Reshape(x, -1, Positions, 1, k);
        return graph.Reshape(graph.Node("MatMul", [rows, graph.Constant("transform", matrices, Positions, k, k)]), -1, k);
    }

    private string Projected(OnnxGraph graph, string y)
        => graph.Node("Mul", [graph.Node("MatMul", [y, graph.Node("Transpose", [graph.Constant("basis", Basis, Channels, Components)], ("perm", new long[] { 1, 0 }))]),
            graph.Constant("unscale", Array.ConvertAll(Scale, s => s == 0 ? 0 : 1 / s), Channels)]);

    private string OwnMean(OnnxGraph graph) => graph.Constant("position_mean", PositionMean, PositionMean.Length / Components, Components);

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

    private static bool AreEqual(float[] blocks, int count)
    {
        int size = blocks.Length / count;
        return Enumerable.Range(1, count - 1).All(i => blocks.AsSpan(i * size, size).SequenceEqual(blocks.AsSpan(0, size)));
    }
}
