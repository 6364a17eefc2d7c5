using DxmiMlNet.Explanation;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>Inspects one image at a time with a model that any number of inspectors share. Not thread-safe itself.</summary>
internal sealed class ImageInspector : IDisposable
{
    private readonly SingleImageRow _input = new();
    private readonly DataViewRow _output;
    private readonly InspectionSettings _settings;
    private readonly ValueGetter<float> _score, _pValue;
    private readonly ValueGetter<bool> _isRejected;
    private readonly ValueGetter<ReadOnlyMemory<char>> _verdict;
    private readonly ValueGetter<VBuffer<float>> _regions, _map;
    private readonly ValueGetter<MLImage>? _overlay;
    private readonly int _mapHeight, _mapWidth;
    private readonly Func<bool[]?> _ignored;
    private readonly bool _ignores;
    private VBuffer<float> _vector;

    public ImageInspector(ITransformer model, InspectionSettings settings)
    {
        _settings = settings;
        var mapper = model.GetRowToRowMapper(_input.Schema);
        var schema = mapper.OutputSchema;
        string[] names = ["Score", "PValue", "PredictedLabel", "Verdict", "Regions", "AnomalyMap", .. settings.Overlays ? ["Overlay"] : Array.Empty<string>()];
        var ignored = schema.GetColumnOrNull(IgnoredColumn.DefaultName);
        _ignores = ignored is not null;
        _output = mapper.GetRow(_input, names.Select(name => schema[name]).Concat(ignored is { } column ? [column] : []));
        _ignored = IgnoredColumn.Reader(_output, ignored);
        _score = _output.GetGetter<float>(schema["Score"]);
        _pValue = _output.GetGetter<float>(schema["PValue"]);
        _isRejected = _output.GetGetter<bool>(schema["PredictedLabel"]);
        _verdict = _output.GetGetter<ReadOnlyMemory<char>>(schema["Verdict"]);
        _regions = _output.GetGetter<VBuffer<float>>(schema["Regions"]);
        _map = _output.GetGetter<VBuffer<float>>(schema["AnomalyMap"]);
        _overlay = settings.Overlays ? _output.GetGetter<MLImage>(schema["Overlay"]) : null;
        (_mapHeight, _mapWidth, _) = Columns.Grid(schema["AnomalyMap"]);
    }

    /// <summary>Decodes and inspects an image; whatever goes wrong with it is in the result.</summary>
    public InspectionResult Inspect(InspectionItem item)
    {
        using var memory = DecodingMemory.Keep();   // pixels live until the inspection ends
        MLImage? image = null;
        try
        {
            image = ImageFile.Load(item.ImagePath);
            if (item.IgnoreMaskPath.Length > 0 && !_ignores)
                throw InspectionModel.NeedsMasks();
            _input.Set(image, item.IgnoreMaskPath);
            var result = Read(item);
            if (_overlay is null)
                return result;
            MLImage overlay = null!;
            _overlay(ref overlay);
            result = result with { Image = image, Overlay = overlay };
            image = null;   // the result's now
            return result;
        }
        catch (Exception e)
        {
            return new InspectionResult(item) { Error = Explain(item.ImagePath, e) };
        }
        finally
        {
            image?.Dispose();
        }
    }

    public void Dispose() => _output.Dispose();

    private InspectionResult Read(InspectionItem item)
    {
        float score = 0, pValue = 0;
        bool isRejected = false;
        ReadOnlyMemory<char> verdict = default;
        _score(ref score);
        _pValue(ref pValue);
        _isRejected(ref isRejected);
        _verdict(ref verdict);
        _regions(ref _vector);
        var regions = DefectRegion.FromVector([.. _vector.DenseValues()]);
        return new InspectionResult(item)
        {
            Score = score,
            PValue = pValue,
            IsRejected = isRejected,
            Verdict = verdict.ToString(),
            Regions = regions,
            Map = _settings.Maps ? ReadMap() : null,
        };
    }

    private AnomalyMap ReadMap()
    {
        _map(ref _vector);
        return new AnomalyMap([.. _vector.DenseValues()], _mapHeight, _mapWidth) { Ignored = (bool[]?)_ignored()?.Clone() };
    }

    // The stages know rows, not files: here the message gets the name that a person looks for.
    private static DxmiException Explain(string path, Exception e) => e switch
    {
        DxmiException known when known.What.Contains(path, StringComparison.Ordinal) => known,
        DxmiException known => new DxmiException($"Image '{path}' cannot be inspected: {known.What}", known.Expected, known.Remedy, known),
        _ => new DxmiException($"Image '{path}' cannot be inspected: {e.Message}", "A photograph as those the model was trained on was expected.",
            "Look at the image, and at whether memory and disk suffice.", e),
    };
}
