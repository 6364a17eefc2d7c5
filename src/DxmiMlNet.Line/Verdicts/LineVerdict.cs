using System.Text.Json;
using System.Text.Json.Serialization;

namespace DxmiMlNet.Line;

/// <summary>The one verdict on a part as it is answered, published, posted and kept: the public JSON form of the result, and how it came about.</summary>
public sealed record LineVerdict
{
    /// <summary>The part.</summary>
    public required string PartId { get; init; }

    /// <summary>Where it was photographed.</summary>
    public required string Station { get; init; }

    /// <summary>How it was judged.</summary>
    public required string Recipe { get; init; }

    /// <summary>Pass, Review or Reject.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why it is Review although no score says so: "deadline", "attempts", "image", "model"; null where the score decided.</summary>
    public string? Reason { get; init; }

    /// <summary>What a model found; null where none looked.</summary>
    public InspectionRecord? Result { get; init; }

    /// <summary>The model that looked.</summary>
    public VerdictModel? Model { get; init; }

    /// <summary>What a model without a say found.</summary>
    public ShadowScore? Shadow { get; init; }

    /// <summary>What is unusual about the photograph itself: "dark", "bright", "blurred", "sharp", "size".</summary>
    public IReadOnlyList<string>? Quality { get; init; }

    /// <summary>SHA-256 of the image file, hexadecimal.</summary>
    public required string ImageHash { get; init; }

    /// <summary>When the part was on disk.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When the verdict was made.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>How long the steps took.</summary>
    public VerdictTimings? Timings { get; init; }

    /// <summary>The service that made the verdict.</summary>
    public required string Service { get; init; }
}

/// <summary>A model and its thresholds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hash">SHA-256 of its file, hexadecimal.</param>
/// <param name="RejectThreshold">The smallest score that is rejected.</param>
/// <param name="ReviewThreshold">The smallest score that does not pass.</param>
public sealed record VerdictModel(string Name, string Hash, float? RejectThreshold, float? ReviewThreshold);

/// <summary>What a model without a say found.</summary>
/// <param name="Hash">SHA-256 of its file, hexadecimal.</param>
/// <param name="Verdict">What it would have said; null where it failed.</param>
/// <param name="Score">Its score.</param>
/// <param name="PValue">Its p-value.</param>
public sealed record ShadowScore(string Hash, string? Verdict, float? Score, float? PValue);

/// <summary>Milliseconds of the steps of a verdict.</summary>
/// <param name="Queue">From acceptance until a worker took it.</param>
/// <param name="Read">Reading the image.</param>
/// <param name="Decode">Decoding it.</param>
/// <param name="Score">Looking at it with the model.</param>
/// <param name="Total">From acceptance until the verdict was made; writing it follows.</param>
public sealed record VerdictTimings(double Queue, double Read, double Decode, double Score, double Total);

/// <summary>The JSON of the service: camelCase, one line, what does not apply left out.</summary>
public static class LineJson
{
    /// <summary>How it is written.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>A value as JSON.</summary>
    /// <param name="value">The value.</param>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">The JSON.</param>
    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException("The text is null.");
}
