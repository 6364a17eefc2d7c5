using DxmiMlNet.Detection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>The columns of the nearest normal features: features in, nearest features, map and score out.</summary>
internal sealed record NearestNormalColumns(string Features, string Nearest, string Map, string Score)
{
    /// <summary>The columns that are added; the nearest features have the type of the features.</summary>
    public DataViewSchema.DetachedColumn[] Outputs(DataViewType features, int height, int width)
        => [new(Nearest, features), .. new DetectionColumns(Features, Score, Map).Outputs(height, width)];

    public void Write(BinaryWriter writer)
    {
        foreach (var name in new[] { Features, Nearest, Map, Score })
            writer.Write(name);
    }

    public static NearestNormalColumns Read(BinaryReader reader) => new(reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString());
}

/// <summary>How the nearest normal features are found.</summary>
/// <param name="Start">The sampler's step to start at.</param>
/// <param name="PooledPatches">The score is the mean of this many highest values of the map.</param>
internal sealed record NearestNormalSettings(int Start, int PooledPatches)
{
    public void Write(BinaryWriter writer)
    {
        writer.Write(Start);
        writer.Write(PooledPatches);
    }

    public static NearestNormalSettings Read(BinaryReader reader) => new(reader.ReadInt32(), reader.ReadInt32());
}
