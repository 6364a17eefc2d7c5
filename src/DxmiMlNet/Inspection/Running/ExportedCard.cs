using System.Globalization;
using System.Reflection;
using System.Text.Json;
using DxmiMlNet.Export;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;

namespace DxmiMlNet;

/// <summary>What an exported file tells of the model that it came from.</summary>
internal static class ExportedCard
{
    /// <summary>The lines of metadata, and the reference images of the model.</summary>
    /// <param name="transformer">The fitted chain.</param>
    /// <param name="hash">SHA-256 of its file; null to find it.</param>
    public static OnnxExportDetails Details(ITransformer transformer, string? hash = null)
    {
        var stages = ExportedStages.Of(transformer, "The model");
        var card = new StageChain(transformer, "The model").Find<InspectionCardTransformer>()?.Card;
        string own = typeof(ExportedCard).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        var lines = new List<KeyValuePair<string, string>>();
        Add("name", $"DxmiMlNet inspection ({card?.Method ?? "composed"})");
        Add("summary", stages.Detector.Summary);
        Add("exported_by", $"DxmiMlNet {own}");
        Add("trained_by", card is null ? null : $"DxmiMlNet {card.Version}");
        Add("trained_on", card?.TrainedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("calibrated_on", card?.CalibratedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("seed", card?.Seed);
        Add("fitting_images", card?.FittingImages);
        Add("model_sha256", hash ?? ModelFile.Hash(transformer));
        Add("backbone", stages.Features.Description.Name);
        Add("backbone_licence", stages.Features.Description.Licence);
        Add("image_size", $"{stages.Features.ImageHeight}x{stages.Features.ImageWidth}");
        if (stages.Calibration is { } calibration)
        {
            Add("calibration_images", calibration.CalibrationCount);
            Add("alpha", calibration.Alpha);
            Add("review_alpha", calibration.ReviewAlpha);
            Add("verdicts", JsonSerializer.Serialize(DecisionGraph.Labels));
            Add("categories", calibration.IsByCategory ? JsonSerializer.Serialize(calibration.Categories) : null);
        }
        return new OnnxExportDetails("inspection", own, lines, [.. card?.References.Select(r => r.Png) ?? []]);

        void Add(string key, object? value)
        {
            if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text)
                lines.Add(new(key, text));
        }
    }
}
