using DxmiMlNet.Images;

namespace DxmiMlNet.Export;

/// <summary>How an exported file is brought to 8 bits.</summary>
public sealed record OnnxQuantization
{
    /// <summary>Photographs of good parts that the ranges of inner values are read from; 50 are plenty.</summary>
    public required IReadOnlyList<InspectionItem> Good { get; init; }

    /// <summary>Photographs of good and of anomalous parts on which both files are compared; without any of one kind nothing can be said about the loss.</summary>
    public IReadOnlyList<InspectionItem> Labelled { get; init; } = [];

    /// <summary>The largest loss of image AUROC that is accepted.</summary>
    public double MaximumLoss { get; init; } = 0.005;
}

/// <summary>What 8 bits cost and gave.</summary>
/// <param name="LabelledImages">Images on which both files were compared.</param>
/// <param name="AurocBefore">Image AUROC in 32 bits; null where there were no labelled images of both kinds.</param>
/// <param name="AurocAfter">Image AUROC in 8 bits.</param>
/// <param name="OtherVerdicts">Labelled images that the model's thresholds judge otherwise in 8 bits.</param>
/// <param name="MsBefore">Median milliseconds an image in 32 bits.</param>
/// <param name="MsAfter">Median milliseconds an image in 8 bits.</param>
public sealed record OnnxQuantizationReport(int LabelledImages, double? AurocBefore, double? AurocAfter, int OtherVerdicts, double MsBefore, double MsAfter);
