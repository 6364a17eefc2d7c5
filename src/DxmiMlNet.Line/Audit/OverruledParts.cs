using DxmiMlNet.Decisions;

namespace DxmiMlNet.Line;

/// <summary>What was written of parts whose verdict a person changed.</summary>
/// <param name="Good">Photographs in <c>train/good</c>.</param>
/// <param name="Defective">Photographs in <c>test/overruled</c>.</param>
/// <param name="Gone">Parts whose photograph was deleted by the policy.</param>
public sealed record OverruledExport(int Good, int Defective, int Gone);

/// <summary>Parts whose verdict a person changed, as training data in MVTec's layout.</summary>
internal static class OverruledParts
{
    private const int Page = 200;

    public static async Task<OverruledExport> ExportAsync(IJournal journal, ImageStore images, string folder, CancellationToken cancellation)
    {
        var export = new OverruledExport(0, 0, 0);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (DateTimeOffset? before = null; ;)
        {
            var parts = await journal.ListAsync(new PartQuery { Overruled = true, Before = before, Limit = Page }, cancellation).ConfigureAwait(false);
            foreach (var part in parts.Where(part => seen.Add(part.PartId)))
            {
                cancellation.ThrowIfCancellationRequested();
                export = Write(part, images, folder, export);
            }
            if (parts.Count < Page)
                return export;
            // One millisecond more: parts of the same one lie on both pages.
            before = parts[^1].AcceptedAt.AddMilliseconds(1);
        }
    }

    private static OverruledExport Write(Part part, ImageStore images, string folder, OverruledExport export)
    {
        byte[] image;
        try
        {
            if (part.ImageGone)
                return export with { Gone = export.Gone + 1 };
            image = images.Read(part.Image);
        }
        catch (IOException)
        {
            return export with { Gone = export.Gone + 1 };
        }
        bool good = part.Review!.Verdict == Verdicts.Pass;
        string path = Path.Combine(Path.GetFullPath(folder), good ? "train/good" : "test/overruled", part.PartId + PartPicture.ExtensionOf(image));
        try
        {
            if (!File.Exists(path))
                DurableFile.Write(path, image);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"'{path}' cannot be written: {e.Message}", "A folder with room, in which this user may write, was expected.", "Choose another folder.", e);
        }
        return good ? export with { Good = export.Good + 1 } : export with { Defective = export.Defective + 1 };
    }
}
