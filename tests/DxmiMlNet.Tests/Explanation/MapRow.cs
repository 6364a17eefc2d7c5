using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Tests.Explanation;

/// <summary>A row as a detector leaves it: a 4 x 4 map, a photograph, a label.</summary>
public sealed class MapRow
{
    [VectorType(4, 4)] public float[] AnomalyMap = null!;
    [ImageType(32, 32)] public MLImage Image = null!;
    public float Label;

    /// <summary>A map that is 1 everywhere and <paramref name="peak"/> at one cell.</summary>
    public static float[] Map(float peak, int cell = 5)
    {
        var map = Enumerable.Repeat(1f, 16).ToArray();
        map[cell] = peak;
        return map;
    }

    public static MapRow Of(float peak, float label = 0) => new() { AnomalyMap = Map(peak), Image = Photographs.Grey(32, 32), Label = label };

    /// <summary>Good rows whose map maxima are 2, 3, ..., n + 1.</summary>
    public static IEnumerable<MapRow> Good(int n) => Enumerable.Range(2, n).Select(peak => Of(peak));

    public static IDataView View(MLContext ml, IEnumerable<MapRow> rows) => ml.Data.LoadFromEnumerable(rows.ToArray());
}
