namespace DxmiMlNet.Features.Backbones;

/// <summary>The tensors of a network from which features could be taken, as they are for one image.</summary>
/// <param name="Height">Height of that image in pixels.</param>
/// <param name="Width">Width of that image in pixels.</param>
/// <param name="Tensors">The tensors, in order of execution.</param>
/// <param name="Description">The description, where a JSON was named.</param>
public sealed record TapCandidates(int Height, int Width, IReadOnlyList<TapCandidate> Tensors, BackboneDescription? Description)
{
    /// <summary>Runs a network once on an image of zeros and looks at all its tensors.</summary>
    /// <param name="path">An ONNX file, or the JSON that describes one.</param>
    /// <exception cref="DxmiException">The file is missing, no model, takes no image, or does not run.</exception>
    public static TapCandidates Of(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var description = BackboneDescription.Load(path);
            var (height, width, tensors) = TapCandidate.Of(description.ReadModel(), $"The backbone '{description.Name}'", description.Input.Name);
            return new TapCandidates(height, width, tensors, description);
        }
        if (!File.Exists(path))
            throw new DxmiException($"The model '{path}' does not exist.", "An ONNX file, or the JSON that describes one, was expected.", "Check the path.");
        var (h, w, all) = TapCandidate.Of(File.ReadAllBytes(path), $"The model '{path}'");
        return new TapCandidates(h, w, all, null);
    }
}
