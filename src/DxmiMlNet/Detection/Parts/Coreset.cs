using System.Numerics.Tensors;

namespace DxmiMlNet.Detection.Parts;

/// <summary>Chooses the few patches that stand for all: greedy k-center selection (Sener and Savarese 2018; Roth et al. 2022, algorithm 1).</summary>
internal static class Coreset
{
    private const int Block = 4096;   // points a task: enough to hide the cost of starting it

    /// <summary>
    /// Chooses points one by one, each the farthest from those chosen before it: at most twice the best possible radius. Equal distances
    /// go to the point that comes first, whatever the number of threads.
    /// </summary>
    /// <param name="points">[n, d], row major.</param>
    /// <param name="dimension">d.</param>
    /// <param name="count">How many to choose, 1 to n.</param>
    /// <param name="first">The point to begin with.</param>
    /// <param name="threads">How many may work.</param>
    /// <param name="onChosen">Told how many are chosen, after each; may throw to stop.</param>
    /// <returns>Indices in the order of choice.</returns>
    public static int[] Choose(float[] points, int dimension, int count, int first, int threads, Action<int>? onChosen = null)
    {
        int n = points.Length / dimension;
        var distance = new float[n];    // to the nearest chosen point
        var nearest = new int[n];       // which of the chosen that is
        Array.Fill(distance, float.PositiveInfinity);
        var chosen = new int[count];
        chosen[0] = first;
        var toChosen = new float[count];   // from the point chosen last to those before it
        var farthest = new (float Distance, int Index)[(n + Block - 1) / Block];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        for (int k = 0; k + 1 < count; k++)
        {
            for (int j = 0; j < k; j++)
                toChosen[j] = TensorPrimitives.Distance(Point(chosen[j]), Point(chosen[k]));
            Parallel.For(0, farthest.Length, parallel, block => farthest[block] = Update(block, k));
            chosen[k + 1] = farthest.MaxBy(f => f.Distance).Index;
            onChosen?.Invoke(k + 2);
        }
        return chosen;

        ReadOnlySpan<float> Point(int i) => points.AsSpan(i * dimension, dimension);

        (float, int) Update(int block, int k)
        {
            var last = Point(chosen[k]);
            var best = (Distance: float.NegativeInfinity, Index: 0);
            for (int i = block * Block; i < Math.Min(n, (block + 1) * Block); i++)
            {
                // Triangle inequality: where the new point is twice as far from the nearest one as this point is, it cannot be nearer.
                if (k == 0 || toChosen[nearest[i]] < 2 * distance[i])
                {
                    float d = TensorPrimitives.Distance(Point(i), last);
                    if (d < distance[i])
                        (distance[i], nearest[i]) = (d, k);
                }
                if (distance[i] > best.Distance)
                    best = (distance[i], i);
            }
            return best;
        }
    }

    /// <summary>
    /// A random projection that keeps distances about as they are (Johnson and Lindenstrauss 1984): y = x G, G of N(0, 1 / d).
    /// Points of d or fewer values are returned as they are.
    /// </summary>
    /// <param name="points">[n, c], row major.</param>
    /// <param name="channels">c.</param>
    /// <param name="dimension">d.</param>
    /// <param name="random">Where G is drawn from.</param>
    /// <param name="threads">How many may work.</param>
    /// <returns>[n, d], row major, and its d.</returns>
    public static (float[] Points, int Dimension) Project(float[] points, int channels, int dimension, Random random, int threads)
    {
        if (channels <= dimension)
            return (points, channels);
        var projection = new float[dimension * channels];   // G transposed, [d, c]
        for (int i = 0; i < projection.Length; i++)
            projection[i] = (float)(Normal(random) / Math.Sqrt(dimension));
        int n = points.Length / channels;
        var projected = new float[n * dimension];
        Parallel.For(0, n, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            var point = points.AsSpan(i * channels, channels);
            for (int j = 0; j < dimension; j++)
                projected[i * dimension + j] = TensorPrimitives.Dot(point, projection.AsSpan(j * channels, channels));
        });
        return (projected, dimension);
    }

    // Box and Muller 1958.
    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
