using System.Text.Json;
using DxmiMlNet.Files;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>The file from which a stopped distillation goes on. Written to a temporary name, then renamed: it is always whole.</summary>
internal static class DistillationCheckpoint
{
    private const string Signature = "DXMIDIST3";

    // binary format:
    // string: signature
    // string: the options that must be the same, as JSON
    // the run's state
    public static void Write(string path, DistillationOptions options, DistillationRun run)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Signature);
        writer.Write(Settings(options));
        run.Write(writer);
        writer.Flush();
        AtomicFile.Write(path, "The checkpoint", bytes.WriteTo);
    }

    /// <summary>Brings the run to the checkpoint's state, where there is a checkpoint.</summary>
    /// <exception cref="DxmiException">The file is no checkpoint, is cut off, or is of a run with other options.</exception>
    public static void Read(string path, DistillationOptions options, DistillationRun run)
    {
        if (!File.Exists(path))
            return;
        try
        {
            using var reader = new BinaryReader(new MemoryStream(File.ReadAllBytes(path)));
            if (reader.ReadString() != Signature)
                throw new InvalidDataException("It has another signature.");
            if (reader.ReadString() != Settings(options))
                throw new DxmiException($"The checkpoint {path} belongs to a distillation with other options.",
                    "The same seed, crops, rates, teacher and network were expected.", "Use the same options, or delete the file to start again.");
            run.Read(reader);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or FormatException)
        {
            throw new DxmiException($"The checkpoint {path} cannot be read: {e.Message}",
                "A file written by a distillation was expected.", "Delete it to start again.", e);
        }
    }

    /// <summary>What a resumed run must not change. Training time and places may.</summary>
    private static string Settings(DistillationOptions o) => JsonSerializer.Serialize(new
    {
        o.Seed,
        o.BatchSize,
        o.CropSize,
        o.LearningRate,
        o.CosineWeight,
        o.AverageDecay,
        o.Teacher.Taps,
        Network = o.Architecture,
    });
}
