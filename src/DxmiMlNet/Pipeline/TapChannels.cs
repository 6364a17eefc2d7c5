using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Pipeline;

/// <summary>
/// How many channels of a feature column come from each tap of the backbone, in their order: a text annotation of the column, "64,128,256". Taps
/// differ in scale, and a detector may want to weigh them alike.
/// </summary>
internal static class TapChannels
{
    public const string AnnotationName = "TapChannels";

    /// <summary>The annotation's text.</summary>
    public static ReadOnlyMemory<char> Text(IEnumerable<int> channels) => string.Join(',', channels).AsMemory();

    /// <summary>The annotations of a column of features.</summary>
    public static DataViewSchema.Annotations Annotations(IEnumerable<int> channels)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationName, TextDataViewType.Instance, Text(channels));
        return builder.ToAnnotations();
    }

    /// <summary>What a column says of its taps; one tap where it says nothing, or something that does not fit its channels.</summary>
    /// <param name="column">A column of features.</param>
    /// <param name="channels">Its channels.</param>
    public static int[] Of(DataViewSchema.Column column, int channels)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationName) is not { Type: TextDataViewType })
            return [channels];
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(AnnotationName, ref text);
        var taps = text.ToString().Split(',').Select(part => int.TryParse(part, out int count) ? count : 0).ToArray();
        return taps.All(count => count > 0) && taps.Sum() == channels ? taps : [channels];
    }
}
