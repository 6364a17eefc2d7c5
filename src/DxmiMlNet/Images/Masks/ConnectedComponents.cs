namespace DxmiMlNet.Images.Masks;

/// <summary>Groups the set pixels of a mask that touch, diagonally included.</summary>
internal static class ConnectedComponents
{
    /// <summary>Numbers the 8-connected components of a mask.</summary>
    /// <param name="mask">[height, width], row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="labels">
    /// [height, width]; becomes 0 in the background and 1..count in the components, numbered by their first pixel row by row.
    /// </param>
    /// <returns>How many components there are.</returns>
    /// <exception cref="ArgumentException">A length is not height * width.</exception>
    public static int Label(ReadOnlySpan<bool> mask, int height, int width, Span<int> labels)
    {
        if (mask.Length != height * width || labels.Length != mask.Length)
            throw new ArgumentException($"The mask has {mask.Length} pixels and the labels {labels.Length}. Both should have {height} x {width}. Pass the size of the mask.");
        labels.Clear();
        var open = new Stack<int>();   // labelled pixels whose neighbours are still to be looked at: no recursion, however large a region
        int count = 0;
        for (int start = 0; start < mask.Length; start++)
        {
            if (!mask[start] || labels[start] != 0)
                continue;
            labels[start] = ++count;
            open.Push(start);
            while (open.TryPop(out int pixel))
            {
                var (y, x) = Math.DivRem(pixel, width);
                int right = Math.Min(x + 1, width - 1), bottom = Math.Min(y + 1, height - 1);
                for (int ny = Math.Max(y - 1, 0); ny <= bottom; ny++)
                {
                    for (int nx = Math.Max(x - 1, 0); nx <= right; nx++)
                    {
                        int neighbour = ny * width + nx;
                        if (!mask[neighbour] || labels[neighbour] != 0)
                            continue;
                        labels[neighbour] = count;
                        open.Push(neighbour);
                    }
                }
            }
        }
        return count;
    }
}
