namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// Good rows in five blocks of consecutive rows, so that some can be held back. The rows come in the order of capture, and neighbours are often
/// photographs of the same part: a block is as new to a detector as a part of tomorrow, every fifth row would not be.
/// </summary>
/// <param name="Rows">Number of rows.</param>
internal readonly record struct RowBlocks(int Rows)
{
    /// <summary>Number of blocks.</summary>
    public const int Count = 5;

    /// <summary>Whether there are rows enough for every block to have one; fewer are not held back.</summary>
    public bool CanHoldBack => Rows >= Count;

    /// <summary>Rows of the last block; 0 where there are too few to hold any back.</summary>
    public int HeldBackRows => Rows / Count;

    /// <summary>The block of a row, 0 to 4.</summary>
    public int Of(int row) => (int)((long)row * Count / Rows);

    /// <summary>Whether a row lies in the last block, of which there is none where rows are too few.</summary>
    public bool IsHeldBack(int row) => CanHoldBack && Of(row) == Count - 1;

    /// <summary>Whether maps of a row standardise: those that were held back, or all where none could be.</summary>
    public bool Standardises(int row) => !CanHoldBack || IsHeldBack(row);
}
