namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// The functions phi_k of a step's noise levels of which a learned sigma is made: log sigma(u, v) = log sigma_0(u, v) + sum_k w_k phi_k(u, v), for a step from
/// level u to level v of 0, the noisiest, to 1, the data. They are hats on a grid over u and log2(1 / (v - u)), the number of steps of that length: at most four
/// of them are not 0, they add to 1, and between the grid's nodes log sigma runs straight, so that steps of a number that was not trained get sigmas between those
/// of the numbers that were.
/// </summary>
public static class SigmaBasis
{
    private const int Levels = 5, Lengths = 7;   // u = 0, 1/4, .., 1; steps of 1, 1/2, .., 1/64

    /// <summary>Number of functions, K.</summary>
    public const int Count = Levels * Lengths;

    /// <summary>phi_1 .. phi_K of a step, [K].</summary>
    /// <param name="from">u, 0 to below v.</param>
    /// <param name="to">v, at most 1.</param>
    public static double[] Of(double from, double to)
    {
        var values = new double[Count];
        var (level, levelShare) = Place(from * (Levels - 1), Levels);
        var (length, lengthShare) = Place(-Math.Log2(to - from), Lengths);
        foreach (var (i, share) in new[] { (level, 1 - levelShare), (level + 1, levelShare) })
        {
            values[i * Lengths + length] = share * (1 - lengthShare);
            values[i * Lengths + length + 1] = share * lengthShare;
        }
        return values;
    }

    /// <summary>Of the steps of a schedule whose positions are by noise (<see cref="NoiseSchedule.ByNoise"/>), t = 0..T-1: [T][K].</summary>
    public static double[][] OfSteps(NoiseSchedule schedule)
    {
        double[] levels = [.. schedule.Positions.Reverse().Select(position => position / NoiseSchedule.NoiseScale), 1];
        return [.. Enumerable.Range(0, schedule.Steps).Select(t => Of(levels[t], levels[t + 1]))];
    }

    // The node below a place and the share of the one above.
    private static (int Node, double Share) Place(double place, int nodes)
    {
        int node = Math.Clamp((int)Math.Floor(place), 0, nodes - 2);
        return (node, Math.Clamp(place - node, 0, 1));
    }
}
