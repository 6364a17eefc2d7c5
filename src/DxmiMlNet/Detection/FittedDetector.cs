namespace DxmiMlNet.Detection;

/// <summary>What a method learned.</summary>
/// <param name="Graph">An ONNX model with the inputs and outputs of <see cref="DetectionGraph"/>.</param>
/// <param name="Summary">What was fitted, in words: the method and its figures.</param>
/// <param name="Attachment">What the method keeps beside its graph and reads itself, its own signature first; null for nothing.</param>
internal sealed record FittedDetector(byte[] Graph, string Summary, byte[]? Attachment = null);
