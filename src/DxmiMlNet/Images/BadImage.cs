namespace DxmiMlNet.Images;

/// <summary>An image that could not be decoded and was left out.</summary>
/// <param name="Path">Full path of its file.</param>
/// <param name="Error">What is wrong with it.</param>
public sealed record BadImage(string Path, DxmiException Error);
