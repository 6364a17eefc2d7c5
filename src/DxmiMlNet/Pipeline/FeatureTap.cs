namespace DxmiMlNet.Pipeline;

/// <summary>The share of one tap of a backbone in the channels of a feature column.</summary>
/// <param name="Channels">Values a patch has of it.</param>
/// <param name="Stride">Its stride over that of the patches: below 1 it is finer than they are, above 1 neighbouring patches share its values.</param>
internal readonly record struct FeatureTap(int Channels, double Stride);
