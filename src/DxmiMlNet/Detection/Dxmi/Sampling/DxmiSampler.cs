using DxmiMlNet.Detection;
using Microsoft.ML;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>The sampler of a fitted DxMI detector: what <c>SampleDxmi</c> and <c>NearestNormal</c> run. It needs no libtorch.</summary>
public sealed class DxmiSampler
{
    private const string AttachmentSignature = "DxMI sampler 3";

    internal DxmiSampler((int Height, int Width, int Channels) grid, PatchSpace space, SamplerNetwork network)
    {
        Grid = grid;
        Space = space;
        Network = network;
    }

    /// <summary>The grid of the features that the detector was fitted on, [H, W, C]; plain vectors of n values have [1, 1, n].</summary>
    public (int Height, int Width, int Channels) Grid { get; }

    /// <summary>Generation steps T.</summary>
    public int Steps => Network.Steps;

    /// <summary>Whether it runs in any number of steps (<see cref="InSteps"/>), T being the one that it was trained on most.</summary>
    public bool RunsInAnySteps => Network.AnyStep is not null;

    /// <summary>Values K of a patch in the whitened space that the sampler lives in.</summary>
    public int Components => Network.Components;

    /// <summary>Length of the noise from which a sample is made: T + 1 vectors of K values for every patch of the grid.</summary>
    public int NoiseLength => Grid.Height * Grid.Width * (Steps + 1) * Components;

    internal PatchSpace Space { get; }

    internal SamplerNetwork Network { get; }

    /// <summary>The sampler of a fitted transformer, or of the last stage of a chain that has one.</summary>
    /// <param name="model">A fitted Dxmi detector, a chain with one, or a fitted SampleDxmi or NearestNormal.</param>
    /// <exception cref="DxmiException">There is none in it, or training did not keep it.</exception>
    public static DxmiSampler Of(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        bool hasDetector = false;
        return Find(model) ?? throw (hasDetector
            ? new DxmiException("The model's detector has no sampler.", "A detector trained with Dxmi, with KeepSampler on, by this version or a later one, was expected.",
                "Train it again with Trainers.Dxmi.")
            : new DxmiException($"The model ({model.GetType().Name}) has no DxMI detector.", "A fitted Dxmi detector, or a chain with one, was expected.",
                "Fit AnomalyDetection.Trainers.Dxmi, alone or in a pipeline, and pass the fitted model."));

        DxmiSampler? Find(ITransformer transformer)
        {
            switch (transformer)
            {
                case GraphAnomalyTransformer detector:
                    hasDetector = true;
                    return OfDetector(detector);
                case SampleDxmiTransformer sample:
                    return sample.Sampler;
                case NearestNormalTransformer nearest:
                    return nearest.Sampler;
                case IEnumerable<ITransformer> chain:
                    return chain.Reverse().Select(Find).FirstOrDefault(found => found is not null);
                default:
                    return null;
            }
        }
    }

    /// <summary>The sampler in a number of steps.</summary>
    /// <param name="steps">1 or more; null for <see cref="Steps"/>.</param>
    /// <exception cref="DxmiException">It was trained for its own number alone.</exception>
    public DxmiSampler InSteps(int? steps) => new(Grid, Space, Network.InSteps(steps));

    /// <summary>What a detector keeps beside its graph: the network. The way to the whitened space is in the graph.</summary>
    internal static byte[] ToAttachment(SamplerNetwork network)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content))
        {
            writer.Write(AttachmentSignature);
            network.Write(writer);
        }
        return content.ToArray();
    }

    private static DxmiSampler? OfDetector(GraphAnomalyTransformer detector)
    {
        if (detector.Fitted.Attachment is not { } attachment)
            return null;
        using var reader = new BinaryReader(new MemoryStream(attachment, writable: false));
        if (reader.ReadString() != AttachmentSignature)
            return null;
        return new DxmiSampler(detector.Grid, PatchSpace.OfGraph(detector.Fitted.Graph, detector.Grid.Height * detector.Grid.Width), SamplerNetwork.Read(reader));
    }

    // Binary format: H, W, C, the way to the whitened space (PatchSpace), the network (SamplerNetwork).
    internal void Write(BinaryWriter writer)
    {
        writer.Write(Grid.Height);
        writer.Write(Grid.Width);
        writer.Write(Grid.Channels);
        Space.Write(writer);
        Network.Write(writer);
    }

    internal static DxmiSampler Read(BinaryReader reader)
        => new((reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32()), PatchSpace.Read(reader), SamplerNetwork.Read(reader));
}
