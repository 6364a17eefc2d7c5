using DxmiMlNet.Images;

namespace DxmiMlNet.Line;

/// <summary>A decision made again with the model that made it.</summary>
/// <param name="PartId">The part.</param>
/// <param name="Model">Hash of the model.</param>
/// <param name="Then">Verdict on record.</param>
/// <param name="ScoreThen">Score on record.</param>
/// <param name="ScoreNow">Score now.</param>
/// <param name="Now">Verdict now.</param>
public sealed record ReplayedDecision(string PartId, string Model, string Then, float ScoreThen, float ScoreNow, string Now)
{
    /// <summary>Whether score (to one part in a thousand, for another processor rounds otherwise) and verdict agree.</summary>
    public bool Agrees => Then == Now && MathF.Abs(ScoreNow - ScoreThen) <= 1e-3f * MathF.Max(1, MathF.Abs(ScoreThen));
}

/// <summary>Looks at parts again: to check a decision, or to draw where a part deviates.</summary>
internal sealed class Replay(LineOptions options, IJournal journal, ImageStore images, ModelStore store, LiveModels live)
{
    /// <exception cref="DxmiException">The part is unknown, was not decided by a model, or its image is gone or changed.</exception>
    public async Task<ReplayedDecision> RunAsync(string partId, CancellationToken cancellation)
    {
        var (part, verdict) = await FindAsync(partId, cancellation).ConfigureAwait(false);
        if (verdict.Model is null || verdict.Result?.Score is not { } score)
            throw new DxmiException($"Part '{partId}' was not decided by a model ({verdict.Reason}).", "A part with a score was expected.", "There is nothing to replay.");
        using var result = Look(part, verdict, new InspectionSettings { Regions = false });
        return new ReplayedDecision(partId, verdict.Model.Hash, verdict.Verdict, score, result.Score, result.Verdict);
    }

    /// <summary>The photograph with the map drawn over it.</summary>
    /// <param name="partId">The part.</param>
    /// <param name="encode">Makes a picture of it.</param>
    /// <param name="cancellation">Stops before it is drawn.</param>
    /// <exception cref="DxmiException">As for <see cref="RunAsync"/>.</exception>
    public async Task<PartPicture> OverlayAsync(string partId, Func<Microsoft.ML.Data.MLImage, PartPicture> encode, CancellationToken cancellation)
    {
        var (part, verdict) = await FindAsync(partId, cancellation).ConfigureAwait(false);
        if (verdict.Model is null)
            throw new DxmiException($"Part '{partId}' was not looked at by a model.", "A part with a score was expected.", "Look at its photograph.");
        using var result = Look(part, verdict, new InspectionSettings { Regions = false, Overlays = true });
        if (result.Overlay is null)
            throw result.Error ?? new DxmiException($"Part '{partId}' cannot be drawn.", "A part with a score was expected.", "Look at its photograph.");
        return encode(result.Overlay);
    }

    private InspectionResult Look(Part part, LineVerdict verdict, InspectionSettings settings)
    {
        byte[] file = images.Read(part.Image);
        if (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)) != part.ImageHash)
            throw new DxmiException($"The image of part '{part.PartId}' is not the one that was decided on.", "An unchanged file was expected.", "Look into backups.");
        var recipe = options.Recipes.GetValueOrDefault(part.Recipe) ?? new RecipeOptions();
        using var image = ImageFile.Load(file, part.PartId);
        var source = PartInspection.SourceOf(image, part.PartId, recipe);
        if (live.Rent(part.Recipe) is { } rented)
        {
            try
            {
                if (rented.Model.Hash == verdict.Model!.Hash)
                    return rented.Model.Model.Inspect(source, settings);
            }
            finally
            {
                LiveModels.Return(rented);
            }
        }
        var loaded = store.Load(verdict.Model!.Name, verdict.Model.Hash, recipe);
        try
        {
            return loaded.Model.Inspect(source, settings);
        }
        finally
        {
            loaded.Retire();
        }
    }

    private async Task<(Part Part, LineVerdict Verdict)> FindAsync(string partId, CancellationToken cancellation)
    {
        var part = await journal.FindAsync(partId, cancellation).ConfigureAwait(false);
        if (part?.Verdict is not { } json)
            throw new DxmiException(part is null ? "The part is unknown." : $"Part '{partId}' is not decided yet.", "A decided part was expected.", "Check the part id.");
        if (part.ImageGone)
            throw new DxmiException($"The image of part '{partId}' was deleted by the policy.", "A part whose image was kept was expected.", "Keep more images: 'Images:Keep'.");
        return (part, LineJson.Read<LineVerdict>(json));
    }
}
