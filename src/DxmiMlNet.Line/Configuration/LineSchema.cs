using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DxmiMlNet.Line;

/// <summary>What a settings file may hold, for editors and people.</summary>
public static class LineSchema
{
    /// <summary>The JSON Schema of the settings file.</summary>
    public static JsonNode Json
    {
        get
        {
            var options = new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver(), Converters = { new JsonStringEnumConverter() } };
            var schema = options.GetJsonSchemaAsNode(typeof(LineOptions), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Close });
            schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
            schema["title"] = "Settings of dxmi serve";
            schema["properties"]!["$schema"] = new JsonObject { ["type"] = "string" };
            return schema;
        }
    }

    /// <summary>A settings file with comments to begin with.</summary>
    public static string Example
    {
        get
        {
            using var stream = typeof(LineSchema).Assembly.GetManifestResourceStream("DxmiMlNet.Line.line.example.json")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    // Misspelt keys are errors: the editor shall say so, too.
    private static JsonNode Close(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is JsonObject schema && context.TypeInfo.Kind == JsonTypeInfoKind.Object)
            schema["additionalProperties"] = false;
        return node;
    }
}
