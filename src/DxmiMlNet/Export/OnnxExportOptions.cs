namespace DxmiMlNet.Export;

/// <summary>How a model is exported.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>Whether <c>anomaly_map</c> has the size of the image, [N, H, W], or that of the patches. At the image's size it is resampled linearly.</summary>
    public bool MapAtInputSize { get; init; }

    /// <summary>Brings backbone and detector to 8 bits; null leaves them in 32.</summary>
    public OnnxQuantization? Quantization { get; init; }
}
