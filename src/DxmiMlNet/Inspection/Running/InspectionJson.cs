using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using DxmiMlNet.Files;

namespace DxmiMlNet;

/// <summary>
/// Results as JSON: one object a result on one line, names in camelCase, what does not apply left out. The context is source-generated: it needs no
/// reflection and can be trimmed.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InspectionRecord))]
public sealed partial class InspectionJson : JsonSerializerContext
{
    private static readonly InspectionJson s_lines = new(JsonText.NewOptions());

    /// <summary>A result as one line, without its end.</summary>
    /// <param name="record">The result.</param>
    public static string Serialize(InspectionRecord record) => JsonSerializer.Serialize(record, s_lines.InspectionRecord);

    /// <summary>Reads what <see cref="Serialize(InspectionRecord)"/> wrote.</summary>
    /// <param name="line">The line.</param>
    /// <exception cref="DxmiException">The text is no result.</exception>
    public static InspectionRecord Deserialize(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, s_lines.InspectionRecord) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new DxmiException($"A line of {line.Length} characters is no result: {e.Message}", "One JSON object as InspectionJson.Schema describes it was expected.",
                "Read lines of results.jsonl, whole.", e);
        }
    }

    /// <summary>Any other value in the same style, as the commands print their summaries.</summary>
    /// <param name="value">The value.</param>
    public static string SerializeLine(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return JsonText.Of(value);
    }

    /// <summary>The JSON Schema of a result.</summary>
    public static JsonNode Schema
    {
        get
        {
            var schema = s_lines.InspectionRecord.Options.GetJsonSchemaAsNode(typeof(InspectionRecord), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
            schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
            schema["title"] = nameof(InspectionRecord);
            return schema;
        }
    }
}
