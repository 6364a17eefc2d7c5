using DxmiMlNet.Decisions;
using DxmiMlNet.Detection;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Regions;
using DxmiMlNet.Pipeline;
using Microsoft.ML;

namespace DxmiMlNet.Export;

/// <summary>The stages of a chain that an exported file does the work of.</summary>
/// <param name="Features">From image to features.</param>
/// <param name="Masks">Which patches are ignored on every image; null for none.</param>
/// <param name="Detector">From features to score and map.</param>
/// <param name="Calibration">From score to verdict; null for a chain that does not decide.</param>
internal sealed record ExportedStages(PatchFeatureTransformer Features, IgnoreRegionsTransformer? Masks, GraphAnomalyTransformer Detector, ScoreCalibrationTransformer? Calibration)
{
    /// <summary>Finds the stages in a fitted chain, whatever chains it is nested in.</summary>
    /// <exception cref="DxmiException">Features or detector are missing, or another stage has a hand in the score.</exception>
    public static ExportedStages Of(ITransformer transformer, string what)
    {
        var chain = new StageChain(transformer, what);
        var stages = new ExportedStages(chain.Required<PatchFeatureTransformer>(), chain.Find<IgnoreRegionsTransformer>(), chain.Required<GraphAnomalyTransformer>(),
            chain.Find<ScoreCalibrationTransformer>());
        chain.RefuseOthersBefore(stages.Calibration ?? (ITransformer)stages.Detector);
        if (stages.Detector.Ignores && stages.Masks is null)
            throw new DxmiException($"{what} has a detector that reads which patches to ignore, and no stage that says so.",
                "A file was expected to hold the masks of its model.", "Train with IgnoreRegions in the chain, or without ignored patches.");
        return stages;
    }

    /// <summary>Which patches are ignored on every image, [H, W]; null where none can be.</summary>
    public bool[]? Ignored => Detector.Ignores ? Masks!.Mask.Ignored : null;
}
