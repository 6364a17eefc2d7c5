using System.Collections;

namespace DxmiMlNet.Images;

/// <summary>The images that <see cref="InspectionDataset"/> found, in order, and what it passed over.</summary>
public sealed class InspectionItems : IReadOnlyList<InspectionItem>
{
    private readonly IReadOnlyList<InspectionItem> _items;

    internal InspectionItems(IReadOnlyList<InspectionItem> items, IReadOnlyList<SkippedPath> skipped)
    {
        _items = items;
        Skipped = skipped;
    }

    /// <summary>Links that were not followed, and files that were there twice. Worth a look before training: these images are not learned from.</summary>
    public IReadOnlyList<SkippedPath> Skipped { get; }

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public InspectionItem this[int index] => _items[index];

    /// <inheritdoc/>
    public IEnumerator<InspectionItem> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
