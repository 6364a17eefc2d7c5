using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Columns;

/// <summary>
/// Which channels of a feature column come from which tap of the backbone, in their order: a text annotation of the column, "64@1,128@2,256@0.5" for
/// channels and weights. Taps differ in scale and in resolution, and a detector may want to weigh them.
/// </summary>
internal static class FeatureTaps
{
    public const string AnnotationName = "Taps";

    /// <summary>The annotation's text.</summary>
    public static ReadOnlyMemory<char> Text(IEnumerable<FeatureTap> taps)
        => string.Join(',', taps.Select(tap => FormattableString.Invariant($"{tap.Channels}@{tap.Weight}"))).AsMemory();

    /// <summary>The annotations of a column of features.</summary>
    public static DataViewSchema.Annotations Annotations(IEnumerable<FeatureTap> taps)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationName, TextDataViewType.Instance, Text(taps));
        return builder.ToAnnotations();
    }

    /// <summary>What a column says of its taps; one tap where it says nothing, or something that does not fit its channels.</summary>
    /// <param name="column">A column of features.</param>
    /// <param name="channels">Its channels.</param>
    public static FeatureTap[] Of(DataViewSchema.Column column, int channels)
    {
        FeatureTap[] one = [new(channels, 1)];
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationName) is not { Type: TextDataViewType })
            return one;
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(AnnotationName, ref text);
        var taps = text.ToString().Split(',').Select(Parse).ToArray();
        return taps.All(tap => tap is { Channels: > 0, Weight: > 0 }) && taps.Sum(tap => tap.Channels) == channels ? taps : one;
    }

    private static FeatureTap Parse(string text)
        => text.Split('@') is [var channels, var weight] && int.TryParse(channels, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? new(count, value) : default;
}
