using System.Runtime.InteropServices;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Masks;

namespace DxmiMlNet.Evaluation;

/// <summary>
/// The pixel values of a group of images, as far as pixel metrics need them: 4 bytes a normal pixel, 8 a defect pixel. Which image a
/// pixel was in does not matter, only whether it is normal and how large its defect region is.
/// </summary>
internal sealed class PixelScores
{
    // Normal pixels need not be in one order: a curve only counts how many lie above a value, chunk by chunk.
    private const int ChunkSize = 1 << 20;

    private readonly List<float[]> _sortedChunks = [];
    private float[] _open = [];       // the chunk that is being filled
    private int _openCount;
    private readonly List<float> _defect = [];
    private readonly List<int> _regionSize = [];
    private int[] _labels = [];
    private float[] _normalOfImage = [];

    /// <summary>Normal pixels.</summary>
    public long NormalCount => (long)_sortedChunks.Count * ChunkSize + _openCount;

    /// <summary>Defect regions: 8-connected components of the masks.</summary>
    public int RegionCount { get; private set; }

    /// <summary>Values of the defect pixels, in no order.</summary>
    public ReadOnlySpan<float> Defect => CollectionsMarshal.AsSpan(_defect);

    /// <summary>For every defect pixel, how many pixels its region has.</summary>
    public ReadOnlySpan<int> RegionSize => CollectionsMarshal.AsSpan(_regionSize);

    /// <summary>The values of the normal pixels in chunks, each in ascending order; valid until the next image is added.</summary>
    public IEnumerable<ReadOnlyMemory<float>> SortedNormal()
    {
        _open.AsSpan(0, _openCount).Sort();   // what comes later may be appended all the same: a full chunk is sorted again
        return [.. _sortedChunks, _open.AsMemory(0, _openCount)];
    }

    /// <summary>Adds an image without defect: every pixel is normal.</summary>
    /// <param name="map">Anomaly values, not NaN.</param>
    public void Add(ReadOnlySpan<float> map)
    {
        while (!map.IsEmpty)
        {
            int taken = Math.Min(map.Length, ChunkSize - _openCount);
            if (_open.Length < _openCount + taken)
                Array.Resize(ref _open, Math.Min(Math.Max(2 * _open.Length, _openCount + taken), ChunkSize));
            map[..taken].CopyTo(_open.AsSpan(_openCount));
            _openCount += taken;
            map = map[taken..];
            if (_openCount == ChunkSize)
            {
                Array.Sort(_open);
                _sortedChunks.Add(_open);
                _open = [];
                _openCount = 0;
            }
        }
    }

    /// <summary>Adds an image with defects.</summary>
    /// <param name="map">[height, width] anomaly values, not NaN.</param>
    /// <param name="mask">[height, width], true on defects.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="ignored">[height, width], true where not inspected; null for nowhere.</param>
    public void Add(ReadOnlySpan<float> map, ReadOnlySpan<bool> mask, int height, int width, bool[]? ignored = null)
    {
        if (ignored is not null)
        {
            // What is left of a defect is what could be found of it.
            var inspected = mask.ToArray();
            for (int i = 0; i < inspected.Length; i++)
                inspected[i] &= !ignored[i];
            mask = inspected;
        }
        if (_labels.Length != map.Length)
        {
            _labels = new int[map.Length];
            _normalOfImage = new float[map.Length];
        }
        int regions = ConnectedComponents.Label(mask, height, width, _labels);
        var sizes = new int[regions + 1];
        foreach (int label in _labels)
            sizes[label]++;
        int normal = 0;
        for (int i = 0; i < map.Length; i++)
        {
            if (ignored is not null && ignored[i])
                continue;
            if (_labels[i] == 0)
            {
                _normalOfImage[normal++] = map[i];
                continue;
            }
            _defect.Add(map[i]);
            _regionSize.Add(sizes[_labels[i]]);
        }
        RegionCount += regions;
        Add(_normalOfImage.AsSpan(0, normal));
    }
}
