using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using DxmiMlNet.Files;
using Microsoft.ML;

namespace DxmiMlNet.Persistence;

/// <summary>Model files: written whole or not at all, with the same bytes for the same model, and read with errors that a person understands.</summary>
internal static class ModelFile
{
    // The oldest date a zip file can hold: ML.NET writes the time of saving, which would make equal models unequal files.
    private static readonly DateTimeOffset s_noDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Saves a transformer. ML.NET cannot write the schema of an image column, so the file tells none.</summary>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public static void Save(MLContext mlContext, ITransformer transformer, string path)
    {
        using var saved = new MemoryStream();
        mlContext.Model.Save(transformer, null, saved);
        AtomicFile.Write(path, "Model", stream => CopyUndated(saved, stream));
    }

    /// <summary>The SHA-256 of the file that <see cref="Save"/> would write, in lower-case hexadecimal digits.</summary>
    public static string Hash(ITransformer transformer)
    {
        using MemoryStream saved = new(), undated = new();
        new MLContext().Model.Save(transformer, null, saved);
        CopyUndated(saved, undated);
        return Convert.ToHexStringLower(SHA256.HashData(undated.ToArray()));
    }

    /// <summary>Finds out beforehand whether <see cref="Save"/> will be able to write; makes the folder.</summary>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public static void CheckWritable(string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new DxmiException($"Model '{path}' cannot be written: a folder has this name.", "Expected the name of a file.", "Name a file in it.");
        AtomicFile.Probe(Path.GetDirectoryName(full)!, path, "Model");
    }

    /// <summary>Keeps other trainings from writing the same file, until it is disposed.</summary>
    /// <exception cref="DxmiException">Another training writes it, or it cannot be written.</exception>
    public static FileLock Reserve(string path)
    {
        CheckWritable(path);
        return new FileLock(Path.GetFullPath(path) + ".lock", $"Another training writes the model '{path}'.", "name");
    }

    /// <summary>Loads a transformer. The whole file is read and its checksums are verified first: a damaged one is refused, never guessed at.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="fingerprint">Which file it was.</param>
    /// <exception cref="DxmiException">The file is missing, damaged, no model, or of another version.</exception>
    public static ITransformer Load(MLContext mlContext, string path, out ModelFingerprint fingerprint)
    {
        using var file = Open(path);
        try
        {
            ModelArchive.Verify(file, path);
            file.Position = 0;
            fingerprint = ModelFingerprint.Of(file, path);
            file.Position = 0;
            return mlContext.Model.Load(file, out _);
        }
        catch (DxmiException)
        {
            throw;
        }
        catch (Exception e) when (Cause<DxmiException>(e) is { } cause)
        {
            throw new DxmiException($"Model '{path}' cannot be loaded: {cause.What}", cause.Expected, cause.Remedy, e);
        }
        // ML.NET reports what it cannot load in many ways, a missing loader as one of them.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new DxmiException($"Model '{path}' cannot be loaded: {(Cause<TargetInvocationException>(e)?.InnerException ?? e).Message.TrimEnd('.')}.",
                "A model saved by this version of DxmiMlNet was expected.", "Update DxmiMlNet, or train the model again with this version.", e);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException(
                e is FileNotFoundException or DirectoryNotFoundException ? $"Model '{path}' does not exist." : $"Model '{path}' cannot be opened: {e.Message}",
                "A model file saved by dxmi train or InspectionModel.Save was expected.", "Check the path and the permissions, or train a model.", e);
        }
    }

    private static void CopyUndated(Stream from, Stream to)
    {
        using var source = new ZipArchive(from, ZipArchiveMode.Read);
        using var target = new ZipArchive(to, ZipArchiveMode.Create);
        foreach (var entry in source.Entries)
        {
            var copy = target.CreateEntry(entry.FullName);
            copy.LastWriteTime = s_noDate;
            using var content = entry.Open();
            using var destination = copy.Open();
            content.CopyTo(destination);
        }
    }

    private static T? Cause<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
            if (e is T found)
                return found;
        return null;
    }
}
