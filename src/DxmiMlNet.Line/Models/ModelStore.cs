using System.Security.Cryptography;

namespace DxmiMlNet.Line;

/// <summary>
/// Model files by name and by the hash of their bytes: models/NAME/HASH.zip. Files are never deleted: every decision can be repeated with the model that made it.
/// </summary>
internal sealed class ModelStore(string folder)
{
    /// <summary>How far a score may be from that of the reference image: other processors round otherwise.</summary>
    private const float Tolerance = 1e-3f;

    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>Stores a model file that keeps its promises: it loads, and its reference images get the scores that it says.</summary>
    /// <returns>The hash of its bytes.</returns>
    /// <exception cref="DxmiException">It is no model, or scores its reference images otherwise.</exception>
    public async Task<string> AddAsync(string name, Stream file, CancellationToken cancellation)
    {
        string target = Path.Combine(_folder, name);
        Directory.CreateDirectory(target);
        string temporary = Path.Combine(target, $"{Guid.NewGuid():N}.tmp");
        try
        {
            string hash;
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                await file.CopyToAsync(stream, cancellation).ConfigureAwait(false);
                stream.Position = 0;
                hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
                stream.Flush(flushToDisk: true);
            }
            using (var model = InspectionModel.Load(temporary))
                Verify(model, name);
            File.Move(temporary, PathOf(name, hash), overwrite: true);
            DurableFile.FlushFolder(target);
            return hash;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Hashes of the stored files of a name, the newest first.</summary>
    public IReadOnlyList<(string Hash, DateTimeOffset StoredAt, long Bytes)> List(string name)
    {
        var directory = new DirectoryInfo(Path.Combine(_folder, name));
        return !directory.Exists ? [] : [.. directory.EnumerateFiles("*.zip").OrderByDescending(file => file.LastWriteTimeUtc)
            .Select(file => (Path.GetFileNameWithoutExtension(file.Name), new DateTimeOffset(file.LastWriteTimeUtc), file.Length))];
    }

    public bool Has(string name, string hash) => IsHash(hash) && File.Exists(PathOf(name, hash));

    /// <summary>Names that have files.</summary>
    public IEnumerable<string> Names => Directory.Exists(_folder) ? Directory.EnumerateDirectories(_folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal) : [];

    /// <summary>Loads a stored model with a recipe's rates and makes sure that it still scores as it should.</summary>
    /// <exception cref="DxmiException">It is missing or damaged, or scores its reference images otherwise.</exception>
    public LoadedModel Load(string name, string hash, RecipeOptions recipe)
    {
        if (!Has(name, hash))
            throw new DxmiException($"Model '{name}' has no file {hash}.", $"A file in '{Path.Combine(_folder, name)}' was expected.", "Upload it again, or share the model folder between the services.");
        var model = InspectionModel.Load(PathOf(name, hash));
        try
        {
            if (!string.Equals(model.Describe().Hash, hash, StringComparison.OrdinalIgnoreCase))
                throw new DxmiException($"The file of model '{name}' is not what its name {hash} says.", "An unchanged file was expected.", "Upload it again.");
            Verify(model, name);
            if (recipe.Alpha is { } alpha)
            {
                var original = model;
                model = InspectionCalibration.WithRates(original, alpha, recipe.ReviewAlpha);
                original.Dispose();
            }
            var info = model.Describe();
            return new LoadedModel(model, new VerdictModel(name, hash, info.RejectThreshold, info.ReviewThreshold));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <exception cref="DxmiException">It scores its reference images otherwise than its file says.</exception>
    public static void Verify(InspectionModel model, string name)
    {
        if (model.Card is not { References.Count: > 0 } card)
            throw new DxmiException($"Model '{name}' has no reference images.", "A model whose file says how it scores a few images was expected.", "Train it with 'dxmi train' or InspectionTraining.");
        for (int i = 0; i < card.References.Count; i++)
        {
            var reference = card.References[i];
            var result = model.Inspect(InspectionSource.Encoded(reference.Png, $"reference {i + 1}"));
            if (!(MathF.Abs(result.Score - reference.Score) <= Tolerance * MathF.Max(1, MathF.Abs(reference.Score))))
                throw new DxmiException($"Model '{name}' gives its reference image {i + 1} the score {result.Score}.", $"{reference.Score} was expected.", "Do not use it here; train it again with this version.");
        }
    }

    private string PathOf(string name, string hash) => Path.Combine(_folder, name, hash + ".zip");

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
