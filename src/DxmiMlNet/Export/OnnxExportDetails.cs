namespace DxmiMlNet.Export;

/// <summary>What an exported file tells of itself, and images to try it on.</summary>
/// <param name="Name">What people call the model.</param>
/// <param name="Version">Version of DxmiMlNet that trained it, or of this package where that is not known.</param>
/// <param name="Properties">Lines of metadata.</param>
/// <param name="References">Image files of good parts.</param>
internal sealed record OnnxExportDetails(string Name, string Version, IReadOnlyList<KeyValuePair<string, string>> Properties, IReadOnlyList<ReadOnlyMemory<byte>> References);
