namespace DxmiMlNet.Explanation;

/// <summary>Which cells of a grid laid over the image belong to a region that was kept.</summary>
/// <param name="Height">Rows of the grid.</param>
/// <param name="Width">Columns of the grid.</param>
/// <param name="Inside">[Height, Width], true in a region.</param>
internal sealed record RegionGrid(int Height, int Width, bool[] Inside)
{
    /// <summary>
    /// How many steps (diagonals included) each cell is from the nearest region, 0 inside; the exact two-pass chessboard distance
    /// (Rosenfeld and Pfaltz 1966), cut off at <paramref name="limit"/>.
    /// </summary>
    public byte[] Distances(byte limit)
    {
        var distance = Array.ConvertAll(Inside, isInside => isInside ? (byte)0 : limit);
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
                Relax(distance, x, y, -1, limit);
        for (int y = Height - 1; y >= 0; y--)
            for (int x = Width - 1; x >= 0; x--)
                Relax(distance, x, y, 1, limit);
        return distance;
    }

    // Looks at the neighbour before in the row and the three in the row before; "before" is the direction of the pass.
    private void Relax(byte[] distance, int x, int y, int step, byte limit)
    {
        int here = y * Width + x;
        int best = distance[here];
        if (best == 0)
            return;
        if ((uint)(x + step) < (uint)Width)
            best = Math.Min(best, distance[here + step] + 1);
        if ((uint)(y + step) < (uint)Height)
        {
            int row = (y + step) * Width;
            for (int nx = Math.Max(x - 1, 0); nx <= Math.Min(x + 1, Width - 1); nx++)
                best = Math.Min(best, distance[row + nx] + 1);
        }
        distance[here] = (byte)Math.Min(best, limit);
    }
}
