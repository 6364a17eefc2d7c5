namespace DxmiMlNet.Lab.Pictures;

/// <summary>How far images are from held-out ones; NaN where the images are no numbers.</summary>
public sealed record ImageDistances(double Kernel, double Frechet, double Recall)
{
    /// <summary>What cannot be measured.</summary>
    public static readonly ImageDistances None = new(double.NaN, double.NaN, double.NaN);
}
