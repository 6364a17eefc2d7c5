using System.IO.Compression;
using System.Reflection;
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

    /// <summary>Finds out beforehand whether <see cref="Save"/> will be able to write; makes the folder.</summary>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public static void CheckWritable(string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new DxmiException($"Model '{path}' cannot be written: a folder has this name.", "Expected the name of a file.", "Name a file in it.");
        AtomicFile.Probe(Path.GetDirectoryName(full)!, path, "Model");
    }

    /// <summary>Loads a transformer.</summary>
    /// <exception cref="DxmiException">The file is missing, damaged, no model, or of a newer version.</exception>
    public static ITransformer Load(MLContext mlContext, string path)
    {
        byte[] start = ReadStart(path);
        try
        {
            return mlContext.Model.Load(path, out _);
        }
        catch (Exception e) when (Cause<DxmiException>(e) is { } cause)
        {
            throw new DxmiException($"Model '{path}' cannot be loaded: {cause.What}", cause.Expected, cause.Remedy, e);
        }
        // ML.NET reports what a damaged file leads to in many ways, and a missing loader as one of them.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            string reason = (Cause<TargetInvocationException>(e)?.InnerException ?? e).Message.TrimEnd('.');
            if (!start.AsSpan().StartsWith("PK\x03\x04"u8))
                throw new DxmiException($"File '{path}' is no model: it {(start.Length == 0 ? "is empty" : $"begins with {Convert.ToHexString(start)}")}.",
                    "A zip file saved by dxmi train or InspectionModel.Save was expected.", "Check the path, or train a model.", e);
            if (IsWholeZip(path))
                throw new DxmiException($"Model '{path}' cannot be loaded: {reason}.",
                    "A model saved by this version of DxmiMlNet, or an older one, was expected.",
                    "Update DxmiMlNet, or train the model again with this version.", e);
            throw new DxmiException($"Model '{path}' is damaged or cut off: {reason}.",
                "The file should be as it was saved.", "Copy the model file again, or train the model again.", e);
        }
    }

    private static byte[] ReadStart(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[4];
            return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException(
                e is FileNotFoundException or DirectoryNotFoundException ? $"Model '{path}' does not exist." : $"Model '{path}' cannot be opened: {e.Message}",
                "A model file saved by dxmi train or InspectionModel.Save was expected.", "Check the path and the permissions, or train a model.", e);
        }
    }

    private static bool IsWholeZip(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var entry in zip.Entries)
            {
                using var content = entry.Open();
                content.CopyTo(Stream.Null);
            }
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return false;
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
