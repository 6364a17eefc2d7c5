using System.IO.Compression;
using System.IO.Hashing;

namespace DxmiMlNet.Persistence;

/// <summary>Verifies the zip file around a model: .NET reads entries without looking at their checksums.</summary>
internal static class ModelArchive
{
    // Of all entries together: a large backbone has some hundred MiB of weights.
    public const long LargestLength = 2L << 30;

    /// <summary>Reads every entry once, no further than the header says, and compares length and CRC-32.</summary>
    /// <param name="file">The file, which stays open.</param>
    /// <param name="path">What error texts call it.</param>
    /// <param name="largestLength">The most bytes that all entries may unpack to.</param>
    /// <exception cref="DxmiException">It is no zip file, or damaged, or unpacks to more than a model can have; the message names the entry.</exception>
    public static void Verify(Stream file, string path, long largestLength = LargestLength)
    {
        var start = new byte[4];
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!start.AsSpan(0, length).SequenceEqual("PK\x03\x04"u8))
            throw new DxmiException($"File '{path}' is no model: it {(length == 0 ? "is empty" : $"begins with {Convert.ToHexString(start.AsSpan(0, length))}")}.",
                "A zip file saved by dxmi train or InspectionModel.Save was expected.", "Check the path, or train a model.");
        file.Position = 0;
        string entryName = "";
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (zip.Entries.Sum(entry => entry.Length) > largestLength)
                throw new DxmiException($"Model '{path}' would unpack to more than {largestLength >> 20} MiB.", "A model of some MiB was expected, or of some hundred with a large backbone.",
                    "Do not use the file; copy it again from where it was trained.");
            foreach (var entry in zip.Entries)
            {
                entryName = entry.FullName;
                Verify(entry);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or OverflowException)
        {
            throw new DxmiException($"Model '{path}' is damaged or cut off{(entryName.Length > 0 ? $" in its entry '{entryName}'" : "")}: {e.Message.TrimEnd('.')}.",
                "The file should be as it was saved.", "Copy the model file again, or train the model again.", e);
        }
    }

    private static void Verify(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var checksum = new Crc32();
        var block = new byte[81920];
        long total = 0;
        for (int read; (read = content.Read(block)) > 0;)
        {
            total += read;
            if (total > entry.Length)
                throw new InvalidDataException("it is longer than its header says");
            checksum.Append(block.AsSpan(0, read));
        }
        if (total != entry.Length || checksum.GetCurrentHashAsUInt32() != entry.Crc32)
            throw new InvalidDataException("its checksum is another than when it was saved");
    }
}
