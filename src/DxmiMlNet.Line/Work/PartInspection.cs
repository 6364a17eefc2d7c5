using System.Diagnostics;
using DxmiMlNet.Decisions;
using DxmiMlNet.Images;

namespace DxmiMlNet.Line;

/// <summary>From a claimed part to its verdict; nothing is written here.</summary>
internal sealed class PartInspection(LineOptions options, ImageStore images, LiveModels models, StationWatch watch, TimeProvider clock)
{
    /// <summary>A verdict, and what the watch learns from it once it is written.</summary>
    public sealed record Outcome(LineVerdict Verdict, Action Written);

    /// <summary>Looks at a part. Whatever is wrong with it makes its verdict Review, never Pass.</summary>
    /// <exception cref="IOException">The image cannot be read at the moment.</exception>
    public Outcome Inspect(Part part)
    {
        var claimed = clock.GetUtcNow();
        if (part.Attempts > options.Journal.MaxAttempts)
            return Undecided(part, "attempts", $"It was tried {part.Attempts - 1} times without a verdict.");
        if (claimed >= part.Deadline)
            return Undecided(part, "deadline", "No verdict was there in time.");
        long start = Stopwatch.GetTimestamp();
        byte[] file;
        try
        {
            file = images.Read(part.Image);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Undecided(part, "image", "Its image is missing in the image folder.");
        }
        double read = Lap(ref start);
        if (models.Rent(part.Recipe) is not { } live)
            return Undecided(part, "model", $"The recipe '{part.Recipe}' has no live model.");
        try
        {
            return Inspect(part, file, live, claimed, read, start);
        }
        finally
        {
            LiveModels.Return(live);
        }
    }

    private Outcome Inspect(Part part, byte[] file, LiveRecipe live, DateTimeOffset claimed, double read, long start)
    {
        try
        {
            using var image = ImageFile.Load(file, part.PartId);
            double decode = Lap(ref start);
            var quality = ImageQuality.Of(image);
            var source = SourceOf(image, part.PartId, live.Options);
            using var result = live.Model.Model.Inspect(source);
            double score = Lap(ref start);
            var shadow = live.Shadow is null ? null : ShadowOf(live.Shadow, source);
            var now = clock.GetUtcNow();
            var record = InspectionRecord.Of(result, part.PartId);
            bool judged = result.Error is null && float.IsFinite(result.Score);
            var verdict = Base(part, now) with
            {
                Verdict = judged ? result.Verdict : Verdicts.Review,
                Reason = judged ? null : "image",
                Result = judged ? record : new InspectionRecord { Path = part.PartId, Error = record.Error ?? "The score is not finite." },
                Model = live.Model.Named,
                Shadow = shadow,
                Quality = watch.Look(part.Station, live.Model, quality),
                Timings = new VerdictTimings(Round((claimed - part.AcceptedAt).TotalMilliseconds), read, decode, score, Round((now - part.AcceptedAt).TotalMilliseconds)),
            };
            return new Outcome(verdict, () => watch.Decided(part.Station, live.Model, verdict, quality));
        }
        catch (DxmiException e)
        {
            return Undecided(part, "image", e.Message, live.Model.Named);
        }
    }

    /// <summary>A part that no score decides: a person must look.</summary>
    public Outcome Undecided(Part part, string reason, string text, VerdictModel? model = null)
    {
        var now = clock.GetUtcNow();
        return new Outcome(Base(part, now) with
        {
            Reason = reason,
            Result = new InspectionRecord { Path = part.PartId, Error = text },
            Model = model,
            Timings = new VerdictTimings(0, 0, 0, 0, Round((now - part.AcceptedAt).TotalMilliseconds)),
        }, () => { });
    }

    /// <summary>An image as its recipe says that it is looked at.</summary>
    public static InspectionSource SourceOf(Microsoft.ML.Data.MLImage image, string name, RecipeOptions recipe)
    {
        var source = InspectionSource.Of(image, name);
        return recipe.IgnoreMask is { } mask ? source.WithIgnoreMask(InspectionSource.File(mask)) : source;
    }

    private LineVerdict Base(Part part, DateTimeOffset now) => new()
    {
        PartId = part.PartId,
        Station = part.Station,
        Recipe = part.Recipe,
        Verdict = Verdicts.Review,
        ImageHash = part.ImageHash,
        AcceptedAt = part.AcceptedAt,
        DecidedAt = now,
        Service = options.Name,
    };

    private static ShadowScore ShadowOf(LoadedModel shadow, InspectionSource source)
    {
        using var result = shadow.Model.Inspect(source, new InspectionSettings { Regions = false });
        return result.Error is null && float.IsFinite(result.Score) ? new ShadowScore(shadow.Hash, result.Verdict, result.Score, result.PValue) : new ShadowScore(shadow.Hash, null, null, null);
    }

    private static double Lap(ref long start)
    {
        long now = Stopwatch.GetTimestamp();
        double milliseconds = Round(Stopwatch.GetElapsedTime(start, now).TotalMilliseconds);
        start = now;
        return milliseconds;
    }

    private static double Round(double milliseconds) => Math.Round(milliseconds, 3);
}
