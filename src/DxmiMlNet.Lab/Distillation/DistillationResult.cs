using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Files;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>What a distillation gave.</summary>
/// <param name="OutputPath">The ONNX file.</param>
/// <param name="Steps">Steps done, over all resumed runs.</param>
/// <param name="HeldOutLoss">Of each tap: the share of the teacher's variance that stays unexplained on held-out images; 0 is the teacher itself, 1 knowing nothing.</param>
/// <param name="UntrainedLoss">The same of a network with random weights whose linear heads were fitted: what the training has to beat.</param>
/// <param name="TrainingImages">Images learned from.</param>
/// <param name="HeldOutImages">Images kept aside.</param>
/// <param name="SkippedFiles">Files that are no readable image.</param>
public sealed record DistillationResult(
    string OutputPath,
    int Steps,
    IReadOnlyList<double> HeldOutLoss,
    IReadOnlyList<double> UntrainedLoss,
    int TrainingImages,
    int HeldOutImages,
    IReadOnlyList<string> SkippedFiles)
{
    /// <summary>Writes the description of the network, see <see cref="Describe"/>.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="teacher">The teacher's description.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public void SaveDescription(string path, BackboneDescription teacher, int seed)
        => AtomicFile.Write(path, "The description", stream => stream.Write(Describe(teacher, seed).ToJson()));

    /// <summary>
    /// The description of the network, for a JSON beside it: named after the file, with the embedded backbone's input, taps and image size.
    /// The licence is left open: it is the business of who owns teacher and images.
    /// </summary>
    /// <param name="teacher">The teacher's description.</param>
    /// <param name="seed">The run's seed.</param>
    internal BackboneDescription Describe(BackboneDescription teacher, int seed) => BackboneDescription.Embedded with
    {
        Name = Path.GetFileNameWithoutExtension(OutputPath),
        Model = Path.GetFileName(OutputPath),
        Licence = "",
        Source = $"distilled from {teacher.Name}{(teacher.Licence.Length > 0 ? $" ({teacher.Licence})" : "")}, {Steps} steps, seed {seed}",
    };
}
