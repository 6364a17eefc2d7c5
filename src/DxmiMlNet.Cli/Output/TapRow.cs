namespace DxmiMlNet.Cli.Output;

/// <summary>A tensor that can be tapped.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Op">The operator that makes it.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Stride">Image pixels a step of its grid.</param>
/// <param name="Output">Whether the model declares it as an output.</param>
/// <param name="Tapped">Whether the description taps it.</param>
internal sealed record TapRow(string Tensor, string Op, int Channels, int Stride, bool Output, bool Tapped);
