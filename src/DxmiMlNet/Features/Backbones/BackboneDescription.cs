using DxmiMlNet.Files;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DxmiMlNet.Features.Backbones;

/// <summary>
/// What must be known of an ONNX backbone to take patch features from it: the file, its preprocessing, its taps. Read from a small JSON
/// (camelCase, comments allowed, unknown members rejected); <c>data/backbones</c> has examples.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BackboneDescription
{
    private const string Members = "A description has name, model, input { name, layout \"NCHW\", channelOrder \"RGB\" or \"BGR\", scale, mean [3], std [3] }, " +
        "taps [{ tensor, stride, and optionally tokens, prefixTokens }], and optionally gridStride, licence, source, defaultImageSize, whereToGet.";

    /// <summary>The smallest image height and width in pixels.</summary>
    internal const int SmallestImageSize = 32;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(null, allowIntegerValues: false) },
    };

    /// <summary>What people call the backbone: "resnet18".</summary>
    public required string Name { get; init; }

    /// <summary>Path of the ONNX file: relative to the JSON it was read from, or to the current directory where it was not.</summary>
    public required string Model { get; init; }

    /// <summary>How the model wants its image.</summary>
    public required BackboneInput Input { get; init; }

    /// <summary>The tensors whose values are the features, one or more; their channels follow each other in this order.</summary>
    public required IReadOnlyList<BackboneTap> Taps { get; init; }

    /// <summary>
    /// Pixels of the resized image between two patches, in both directions; 0 takes the stride of the finest tap. Finer taps are averaged to this
    /// grid, coarser ones resized: fine structure is seen without a patch for each of its pixels.
    /// </summary>
    public int GridStride { get; init; }

    /// <summary>The licence of the weights, for example "BSD-3-Clause"; empty where unknown.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Where the weights come from; empty where unknown.</summary>
    public string Source { get; init; } = "";

    /// <summary>
    /// Height and width in pixels that images are resized to where no other size is asked for: 32 or more, a multiple of the coarsest stride.
    /// </summary>
    public int DefaultImageSize { get; init; } = 224;

    /// <summary>A sentence that tells where to get the model file; quoted when it is missing.</summary>
    public string? WhereToGet { get; init; }

    /// <summary>The absolute path of the ONNX file.</summary>
    [JsonIgnore]
    public string ModelPath => Path.GetFullPath(Path.Combine(BaseDirectory, Model));

    /// <summary>The stride of the tap with the finest grid.</summary>
    [JsonIgnore]
    internal int FinestStride => Taps.Min(t => t.Stride);

    /// <summary>Pixels of the resized image between two patches.</summary>
    [JsonIgnore]
    public int PatchStride => GridStride == 0 ? FinestStride : GridStride;

    /// <summary>The stride of the tap with the coarsest grid: image sizes are multiples of it.</summary>
    [JsonIgnore]
    public int CoarsestStride => Taps.Max(t => t.Stride);

    /// <summary>Whether the model is inside the package, or its file is there.</summary>
    [JsonIgnore]
    public bool IsPresent => EmbeddedModel is not null || File.Exists(ModelPath);

    /// <summary>Bytes of the model; null where it is not there.</summary>
    [JsonIgnore]
    public long? ModelBytes => EmbeddedModel is not null ? EmbeddedModel.Length : File.Exists(ModelPath) ? new FileInfo(ModelPath).Length : null;

    private string BaseDirectory { get; init; } = "";

    private byte[]? EmbeddedModel { get; init; }

    /// <summary>Reads and checks a description, and that its model file is there.</summary>
    /// <param name="jsonPath">Path of the JSON.</param>
    /// <exception cref="DxmiException">
    /// The JSON or the model file is missing, or a member is missing, unknown or out of range; the message names it.
    /// </exception>
    public static BackboneDescription Load(string jsonPath)
    {
        var description = Read(jsonPath);
        return description.IsPresent ? description : throw description.ModelMissing(null);
    }

    /// <summary>Reads and checks a description whose model file need not be there.</summary>
    /// <param name="jsonPath">Path of the JSON.</param>
    /// <exception cref="DxmiException">The JSON is missing, or a member is missing, unknown or out of range.</exception>
    public static BackboneDescription Read(string jsonPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(jsonPath);
        var thing = $"The backbone description '{jsonPath}'";
        byte[] json;
        try
        {
            json = File.ReadAllBytes(jsonPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException(
                e is FileNotFoundException or DirectoryNotFoundException ? $"{thing} does not exist." : $"{thing} cannot be read: {e.Message}",
                "A JSON file that describes an ONNX backbone was expected.", "Check the path; data/backbones has examples to copy.", e);
        }
        return Parse(json, thing) with { BaseDirectory = Path.GetDirectoryName(Path.GetFullPath(jsonPath))! };
    }

    /// <summary>The backbone inside this package.</summary>
    /// <exception cref="DxmiException">This build of the package has none.</exception>
    public static BackboneDescription Embedded => s_embedded.Value;

    private static readonly Lazy<BackboneDescription> s_embedded = new(() =>
    {
        if (Resource("default.json") is not { } json || Resource("default.onnx") is not { } model)
            throw new DxmiException("This build of DxmiMlNet has no backbone inside.", "Its resources should hold default.json and default.onnx.",
                "Name a backbone: ExtractPatchFeatures(backbone: BackboneDescription.Load(\"backbone.json\")).");
        return Parse(json, "The embedded backbone description") with { EmbeddedModel = model };
    });

    /// <summary>Reads a description back from <see cref="ToJson"/>.</summary>
    /// <param name="json">UTF-8 text.</param>
    /// <param name="thing">What the text is, for error texts.</param>
    /// <exception cref="DxmiException">A member is missing, unknown or out of range.</exception>
    internal static BackboneDescription Parse(ReadOnlySpan<byte> json, string thing)
    {
        BackboneDescription description;
        try
        {
            description = JsonSerializer.Deserialize<BackboneDescription>(json, s_json) ?? throw new JsonException("The text is null.");
        }
        catch (JsonException e)
        {
            // The serialiser counts lines from 0, and repeats path and line at the end of its message.
            var reason = e.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0];
            var where = e.LineNumber is { } line ? $" in line {line + 1}" : "";
            var member = e.Path is { Length: > 2 } path ? $" at '{Excerpt.Of(path[2..])}'" : "";
            throw new DxmiException($"{thing} is wrong{where}{member}: {Excerpt.Of(reason, 200)}", Members, "Correct the file; data/backbones has examples.", e);
        }
        description.Check(thing);
        return description;
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, s_json);

    /// <summary>The same description of a model that is in memory.</summary>
    internal BackboneDescription WithModel(byte[] model) => this with { EmbeddedModel = model };

    /// <summary>Patches along a side of so many pixels.</summary>
    internal int GridSide(int pixels) => Math.Max(1, (int)Math.Round((double)pixels / PatchStride));

    /// <summary>The bytes of the ONNX file.</summary>
    /// <exception cref="DxmiException">It is missing or cannot be read.</exception>
    internal byte[] ReadModel()
    {
        if (EmbeddedModel is not null)
            return EmbeddedModel;
        try
        {
            return File.ReadAllBytes(ModelPath);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ModelMissing(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"The model file '{Excerpt.Of(ModelPath, 500)}' of backbone '{Excerpt.Of(Name)}' cannot be read: {Excerpt.Of(e.Message, 500)}", "A readable ONNX file was expected.",
                "Check its permissions and whether another program holds it.", e);
        }
    }

    /// <summary>Checks the values that the types leave open.</summary>
    /// <param name="thing">What is checked, for error texts.</param>
    /// <exception cref="DxmiException">A value is out of range.</exception>
    internal void Check(string thing)
    {
        Require(Name.Length > 0, "'name' is empty", "a name was expected");
        Require(Model.Length > 0 && !Model.Contains('\0'), "'model' is empty or no path", "the path of an ONNX file was expected");
        Require(Input.Layout == "NCHW", $"'input.layout' is '{Input.Layout}'", "\"NCHW\" is the only layout");
        Require(double.IsFinite(Input.Scale) && Input.Scale > 0, $"'input.scale' is {Input.Scale}", "a number above 0 was expected, such as 1/255");
        Require(Input.Mean.Length == 3, $"'input.mean' has {Input.Mean.Length} values", "three were expected, one a channel");
        Require(Input.Std.Length == 3, $"'input.std' has {Input.Std.Length} values", "three were expected, one a channel");
        Require(Array.TrueForAll(Input.Mean, double.IsFinite), "'input.mean' holds a value that is no number", "finite numbers were expected");
        Require(Array.TrueForAll(Input.Std, s => double.IsFinite(s) && s > 0), $"'input.std' is [{string.Join(", ", Input.Std)}]", "numbers above 0 were expected");
        Require(Taps.Count > 0, "'taps' is empty", "one tensor or more was expected");
        Require(Taps.All(t => t is not null), "a tap is null", "{ tensor, stride } was expected");
        foreach (var tap in Taps)
        {
            Require(tap.Stride > 0, $"tap '{tap.Tensor}' has stride {tap.Stride}", "1 or more was expected");
            Require(tap.PrefixTokens >= 0, $"tap '{tap.Tensor}' has {tap.PrefixTokens} prefix tokens", "0 or more was expected");
            Require(tap.Tokens || tap.PrefixTokens == 0, $"tap '{tap.Tensor}' has prefix tokens, and is no token tensor", "\"tokens\": true was expected beside them");
            Require(Taps.Count(t => t.Tensor == tap.Tensor) == 1, $"tap '{tap.Tensor}' stands there twice", "each tensor may be tapped once");
        }
        foreach (var tap in Taps)
            Require(tap.Stride % FinestStride == 0, $"tap '{tap.Tensor}' has stride {tap.Stride}", $"a multiple of the finest stride {FinestStride} was expected");
        Require(GridStride == 0 || GridStride >= FinestStride, $"'gridStride' is {GridStride}", $"the finest tap's stride {FinestStride} or more was expected");
        Require(DefaultImageSize >= SmallestImageSize && DefaultImageSize % CoarsestStride == 0, $"'defaultImageSize' is {DefaultImageSize}",
            $"{SmallestImageSize} or more and a multiple of the coarsest stride {CoarsestStride} was expected");

        void Require(bool holds, string what, string expected)
        {
            if (!holds)
                throw new DxmiException($"{thing} is wrong: {Excerpt.Of(what, 200)}.", $"{char.ToUpperInvariant(expected[0])}{expected[1..]}.",
                    "Correct the description; data/backbones has examples.");
        }
    }

    private DxmiException ModelMissing(Exception? inner) => new(
        $"The model file of backbone '{Excerpt.Of(Name)}' is missing: {Excerpt.Of(ModelPath, 500)}.",
        "The description's 'model' names an ONNX file, relative to the JSON.",
        WhereToGet is null ? "Put the file there, or correct 'model'." : $"Put the file there: {Excerpt.Of(WhereToGet, 500)}", inner);

    private static byte[]? Resource(string name)
    {
        using var stream = typeof(BackboneDescription).Assembly.GetManifestResourceStream($"DxmiMlNet.Features.Backbones.{name}");
        if (stream is null)
            return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
