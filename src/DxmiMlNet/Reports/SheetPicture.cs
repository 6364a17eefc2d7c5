using DxmiMlNet.Decisions;
using Microsoft.ML.Data;

namespace DxmiMlNet.Reports;

/// <summary>One of many small pictures.</summary>
/// <param name="Caption">What stands below it, for example the name of the file.</param>
/// <param name="Encoded">The picture as PNG or JPEG.</param>
/// <param name="Verdict">One of <see cref="Verdicts"/>; null for none.</param>
/// <param name="Note">A few words more, for example the score; null for none.</param>
public sealed record SheetPicture(string Caption, byte[] Encoded, string? Verdict = null, string? Note = null)
{
    /// <summary>Encodes an image, which is neither kept nor disposed.</summary>
    /// <param name="caption">What stands below it.</param>
    /// <param name="image">A photograph or an overlay.</param>
    /// <param name="verdict">One of <see cref="Verdicts"/>; null for none.</param>
    /// <param name="note">A few words more; null for none.</param>
    /// <param name="longestSide">Larger images are shrunk to this many pixels; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is not positive, or the image's pixel format is unknown.</exception>
    public static SheetPicture Encode(string caption, MLImage image, string? verdict = null, string? note = null, int longestSide = 256)
        => new(caption, ReportPicture.Encode(image, longestSide), verdict, note);
}
