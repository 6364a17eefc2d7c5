using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DxmiMlNet.Files;

/// <summary>Results as one line of JSON: camelCase, what does not apply is left out.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions s_options = NewOptions();

    /// <summary>How all our JSON is written.</summary>
    public static JsonSerializerOptions NewOptions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // paths stay readable
    };

    public static string Of(object value) => JsonSerializer.Serialize(value, value.GetType(), s_options);

    /// <summary>Reads what <see cref="Of"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such value.</exception>
    public static T? Read<T>(string text) => JsonSerializer.Deserialize<T>(text, s_options);

    /// <summary>JSON has no NaN: what is not a number is left out.</summary>
    public static double? Number(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
