namespace DxmiMlNet.Images;

/// <summary>What to do with an image that cannot be decoded.</summary>
public enum BadImages
{
    /// <summary>Stop: the error names the file.</summary>
    Throw,

    /// <summary>Leave its row out, report it, and go on with the next one.</summary>
    Skip,
}
