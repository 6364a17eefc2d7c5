namespace DxmiMlNet.Lab.Distillation;

/// <summary>What the backbone's input holds: RGB, x = (byte / 255 - mean) / std with the mean and deviation of ImageNet's pixels.</summary>
internal static class InputNormalisation
{
    /// <summary>Mean of the channels R, G, B in 0..1.</summary>
    public static readonly float[] Mean = [0.485f, 0.456f, 0.406f];

    /// <summary>Standard deviation of the channels R, G, B in 0..1.</summary>
    public static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];
}
