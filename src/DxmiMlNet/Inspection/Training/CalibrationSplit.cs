using System.Globalization;
using System.Text.RegularExpressions;
using DxmiMlNet.Images;

namespace DxmiMlNet;

/// <summary>
/// Holds images back for calibration in blocks of consecutive photographs, not one by one: several photographs of one part, taken one after
/// the other, stay on one side, and a calibration image is as new to the detector as a part of tomorrow. Where photographs are independent,
/// blocks are as good as any other choice that does not look at the pictures.
/// </summary>
internal static partial class CalibrationSplit
{
    // Enough for a fifth of them to cover a drift of light or tools, few enough for a block to be much longer than a part's photographs.
    internal const int Blocks = 20;

    /// <summary>Splits by the seed; both parts come in the order of capture, so that whoever splits them further can keep parts together, too.</summary>
    public static (InspectionItem[] Fitting, InspectionItem[] Calibration) Split(IReadOnlyList<InspectionItem> items, int calibrationCount, int seed)
    {
        var (order, blocks) = ShuffledBlocks(items, seed);
        var heldBack = blocks.SelectMany(b => b).Take(calibrationCount).ToHashSet();
        return ([.. order.Where(i => !heldBack.Contains(i)).Select(i => items[i])], [.. order.Where(heldBack.Contains).Select(i => items[i])]);
    }

    /// <summary>Splits by the seed into folds of about equal size, whole blocks each.</summary>
    /// <param name="items">The images.</param>
    /// <param name="folds">2 to <see cref="Blocks"/>, at most the number of images.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>All images in the order of capture, and the fold of each.</returns>
    public static (InspectionItem[] Items, int[] FoldOf) Folds(IReadOnlyList<InspectionItem> items, int folds, int seed)
    {
        var (order, blocks) = ShuffledBlocks(items, seed);
        var foldOf = new int[items.Count];
        for (int b = 0; b < blocks.Length; b++)
            foreach (int i in blocks[b])
                foldOf[i] = b % folds;
        return ([.. order.Select(i => items[i])], [.. order.Select(i => foldOf[i])]);
    }

    // Indices of the items in the order of capture, and cut into blocks, which come in an order that the seed draws.
    private static (int[] Order, int[][] Blocks) ShuffledBlocks(IReadOnlyList<InspectionItem> items, int seed)
    {
        var (order, counter) = CaptureOrder(items);
        int[] cuts = Cuts(counter);
        int[][] blocks = [.. Enumerable.Range(0, cuts.Length - 1).Select(b => order[cuts[b]..cuts[b + 1]])];
        new Random(seed).Shuffle(blocks);
        return (order, blocks);
    }

    /// <summary>
    /// Cameras count their photographs. Of the numbers in the file names the one with the most different values is taken for that count
    /// ("exp3_num_2642": 2642); names without numbers are taken in their order. Where the count begins anew in every folder, a folder is the
    /// photographs of one part, or of one shift: folder goes before count, and the count jumps from one to the next.
    /// </summary>
    /// <returns>Indices of the items in the order of capture, and the count of each in that order.</returns>
    private static (int[] Order, double[] Counter) CaptureOrder(IReadOnlyList<InspectionItem> items)
    {
        double[][] numbers = [.. items.Select(item => Number().Matches(Path.GetFileNameWithoutExtension(item.ImagePath))
            .Select(m => double.Parse(m.ValueSpan, CultureInfo.InvariantCulture)).ToArray())];
        int fields = numbers.Min(n => n.Length);
        if (fields == 0 || numbers.Any(n => n.Length != fields))
            return ([.. Enumerable.Range(0, items.Count)], [.. Enumerable.Range(0, items.Count).Select(i => (double)i)]);
        int field = Enumerable.Range(0, fields).MaxBy(f => numbers.Select(n => n[f]).Distinct().Count());
        double[] count = [.. numbers.Select(n => n[field])];
        string[] folders = [.. items.Select(item => Path.GetDirectoryName(item.ImagePath)!)];
        if (count.Zip(folders).Distinct().Count() > count.Distinct().Count())
        {
            string[] inOrder = [.. folders.Distinct().Order(StringComparer.Ordinal)];
            double jump = 2 * (count.Max() + 1);
            count = [.. count.Select((c, i) => c + jump * Array.IndexOf(inOrder, folders[i]))];
        }
        int[] order = [.. Enumerable.Range(0, items.Count).OrderBy(i => count[i])];
        return (order, [.. order.Select(i => count[i])]);
    }

    /// <summary>Where blocks of about equal size begin and end: near each even cut the place where the count jumps most.</summary>
    private static int[] Cuts(double[] counter)
    {
        int n = counter.Length, blocks = Math.Min(Blocks, n);
        int reach = n / blocks / 4;
        var cuts = new int[blocks + 1];
        for (int b = 1; b < blocks; b++)
        {
            int even = (int)((long)b * n / blocks);
            cuts[b] = Enumerable.Range(even - reach, 2 * reach + 1).MaxBy(i => counter[i] - counter[i - 1]);
        }
        cuts[blocks] = n;
        return cuts;
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
