using DxmiMlNet.Features.Backbones;

namespace DxmiMlNet.Tests.Support;

/// <summary>Trains on <see cref="SmallParts"/> for a moment: enough to have a model, not to have a good one.</summary>
internal static class SmallTraining
{
    public static InspectionTrainingOptions Options(SmallParts parts) => new()
    {
        Backbone = BackboneDescription.Load(parts.BackbonePath),
        Alpha = 0.1,
        Detector = InspectionDetector.Dxmi(detector =>
        {
            detector.HiddenSizes = [16];
            detector.EnergyPretrainingIterations = 60;
            detector.SamplerPretrainingIterations = 30;
            detector.Iterations = 30;
            detector.BatchSize = 32;
        }),
    };

    public static InspectionTrainingResult Train(SmallParts parts) => InspectionTraining.Train(parts.Good, Options(parts));
}
