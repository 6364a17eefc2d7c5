namespace DxmiMlNet.Columns;

/// <summary>The share of one tap of a backbone in the channels of a feature column.</summary>
/// <param name="Channels">Values a patch has of it.</param>
/// <param name="Weight">Square root of the total variance that it is brought to, above 0.</param>
internal readonly record struct FeatureTap(int Channels, double Weight);
