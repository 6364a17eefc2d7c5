using System.Security.Cryptography;

namespace DxmiMlNet.Persistence;

/// <summary>Which file a model came from.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Hash">SHA-256 of its content, in lower-case hexadecimal digits.</param>
internal sealed record ModelFingerprint(string Path, long Bytes, string Hash)
{
    public static ModelFingerprint Of(Stream file, string path) => new(path, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
}
