using Microsoft.ML.Data;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>
/// Generated photographs of parts, one at a time and without files. The same arguments give the same bytes on every platform, whatever the order or thread;
/// all methods may be called from any number of threads. An image of 256 x 256 takes well under 100 ms of one core.
/// </summary>
public static class SyntheticTexture
{
    /// <summary>Smallest side of an image in pixels: below, threads and traces cannot be told apart.</summary>
    public const int MinimumSize = 32;

    /// <summary>Largest side of an image in pixels.</summary>
    public const int MaximumSize = 4096;

    // A defect that changes fewer pixels (at 256) or less than this is drawn again, stronger: a mask must not be empty.
    private const int LeastArea = 40;
    private const float LeastPeak = 12;
    private const int Attempts = 12;

    /// <summary>The kinds of surface: "brushed-metal", "woven-fabric", "printed-board", "cast-surface".</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. SurfaceKind.All.Select(kind => kind.Name)];

    /// <summary>The defects that a kind can have, as folder names: "scratch", "missing_part", ...</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <exception cref="DxmiException">There is no such kind.</exception>
    public static IReadOnlyList<string> DefectsOf(string kind) => Find(kind).Defects;

    /// <summary>Photographs a good part: the image train/good/<paramref name="index"/> of the set with this kind and seed.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="seed">The product: board layout, yarn, alloy. Parts of one seed differ as parts from one line do.</param>
    /// <param name="size">Width and height in pixels, 32 to 4096. The field of view is the same at every size.</param>
    /// <param name="index">Number of the part, from 0.</param>
    /// <returns>An image in 32-bit BGRA, which the caller disposes.</returns>
    /// <exception cref="DxmiException">There is no such kind.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size or the index is out of range.</exception>
    public static MLImage Render(string kind, int seed, int size = 256, int index = 0) => RenderSample(kind, seed, size, index).ToImage();

    /// <summary>Photographs a part, good or with a defect, with its mask.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="seed">The product: board layout, yarn, alloy. Parts of one seed differ as parts from one line do.</param>
    /// <param name="size">Width and height in pixels, 32 to 4096.</param>
    /// <param name="index">Number of the part, from 0.</param>
    /// <param name="defect">One of <see cref="DefectsOf"/>, or null for a good part.</param>
    /// <exception cref="DxmiException">There is no such kind, or it has no such defect.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size or the index is out of range.</exception>
    public static SyntheticSample RenderSample(string kind, int seed, int size = 256, int index = 0, string? defect = null)
        => Shoot(Find(kind), seed, size, defect is null ? "train/good" : $"test/{defect}", index, defect);

    /// <summary>Photographs the part of a place in a set: "train/good", "test/good", "test/scratch".</summary>
    internal static SyntheticSample Shoot(SurfaceKind kind, int seed, int size, string place, int index, string? defect)
    {
        if (size is < MinimumSize or > MaximumSize)
            throw new ArgumentOutOfRangeException(nameof(size), size, $"The image size is {size}. It must be from {MinimumSize} to {MaximumSize} pixels. Choose 256 if in doubt.");
        if (index < 0)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The part number is {index}. Parts are numbered from 0. Pass 0 or more.");
        if (defect is not null && !kind.Defects.Contains(defect))
            throw new DxmiException($"The kind '{kind.Name}' has no defect '{defect}'.", $"It has {string.Join(", ", kind.Defects)}.", "Choose one of them.");

        string path = $"{kind.Name}/{place}/{index}";
        var camera = Stream("camera");
        var lens = new Camera(size, camera);
        // The camera's later draws are the noise: the good and the defective shot share everything before.
        var good = Levels(null);
        if (defect is null)
            return new(size, lens.Expose(good), new byte[size * size]);

        float area = LeastArea * (size / Placement.Field) * (size / Placement.Field);
        for (int attempt = 0; ; attempt++)
        {
            var defective = Levels(new Flaw(defect, Stream($"flaw{attempt}"), 1 + 0.15f * attempt));
            var (mask, peak) = DefectMask.Between(good, defective, size);
            if ((peak >= LeastPeak && mask.Count(m => m != 0) >= area) || attempt == Attempts)
                return new(size, lens.Expose(defective), mask);
        }

        PortableRandom Stream(string use) => new(seed, $"{path}/{use}");

        float[] Levels(Flaw? flaw)
        {
            var surface = kind.Make(size, new PortableRandom(seed, $"{kind.Name}/design"), Stream("part"), flaw);
            return lens.Develop(kind.Light(Stream("light")).Shade(surface));
        }
    }

    internal static SurfaceKind Find(string kind)
        => SurfaceKind.All.FirstOrDefault(k => k.Name == kind) ?? throw new DxmiException(
            $"There is no kind of surface '{kind}'.", $"The kinds are {string.Join(", ", SurfaceKind.All.Select(k => k.Name))}.", "Choose one of them.");
}
