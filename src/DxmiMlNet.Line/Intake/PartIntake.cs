using System.Data.Common;
using System.Security.Cryptography;
using DxmiMlNet.Images;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>A part at the door, from whichever side.</summary>
internal sealed record IncomingPart(string? PartId, string Station, string? Recipe, string Source, ReadOnlyMemory<byte> Image);

/// <summary>Why a part is not taken in.</summary>
internal enum Refusal
{
    /// <summary>A name is none.</summary>
    Invalid,

    /// <summary>No recipe is known for it.</summary>
    UnknownRecipe,

    /// <summary>Too many bytes or pixels.</summary>
    TooLarge,

    /// <summary>It is no image.</summary>
    NoImage,

    /// <summary>The recipe has no live model.</summary>
    NoModel,

    /// <summary>Too many parts wait: later it will be taken.</summary>
    Full,

    /// <summary>The disk is full: later it will be taken.</summary>
    DiskFull,

    /// <summary>The journal does not answer, or the service stops: later it will be taken.</summary>
    Unavailable,
}

/// <summary>A part that is not taken in; nothing of it stays.</summary>
internal sealed class RefusedException(Refusal why, string what, string expected, string remedy, Exception? inner = null) : DxmiException(what, expected, remedy, inner)
{
    public Refusal Why { get; } = why;

    /// <summary>Whether the same part may be taken in later.</summary>
    public bool IsTemporary => Why >= Refusal.NoModel;
}

/// <summary>
/// The one door for parts. What it returns as accepted is on disk: first the image with its folder entry, then the row that names it. A crash before the row leaves a file that
/// nobody names and nobody was told of; a crash after it, a part that will be decided.
/// </summary>
internal sealed class PartIntake(LineOptions options, IJournal journal, ImageStore images, LiveModels models, StationRecipes recipes, LineEvents events, LineMeters meters, FailPoints failPoints, TimeProvider clock,
    ILogger<PartIntake> log)
{
    private const int FullMilliseconds = 100;

    private volatile bool _closed;
    private volatile bool _paused;
    private volatile bool _failed;
    private long _fullUntil;   // of the environment's ticks

    /// <summary>No part is taken in any more: the service stops.</summary>
    public void Close() => _closed = true;

    /// <summary>Takes no parts in for a while, or again.</summary>
    public bool Paused
    {
        get => _paused;
        set => _paused = value;
    }

    /// <summary>Whether there is room on the disk. After a part could not be written, a trial must succeed before it is said that there is: free bytes alone do not tell of quotas and used-up inodes.</summary>
    public bool HasRoom
    {
        get
        {
            if (images.FreeBytes < options.Images.MinimumFreeMegabytes << 20)
                return false;
            if (_failed)
                _failed = !images.CanWrite();
            return !_failed;
        }
    }

    /// <summary>Takes a part in.</summary>
    /// <returns>The part as the journal has it, and whether it was there before.</returns>
    /// <exception cref="RefusedException">It is not taken in.</exception>
    public async Task<(Part Part, bool Duplicate)> AcceptAsync(IncomingPart incoming, CancellationToken cancellation)
    {
        try
        {
            var (part, duplicate) = await TakeAsync(incoming, cancellation).ConfigureAwait(false);
            meters.Accepted(incoming.Station, incoming.Source, duplicate);
            if (!duplicate)
                events.Publish("accepted", new { part.PartId, part.Station, part.Recipe, part.Source, part.AcceptedAt });
            return (part, duplicate);
        }
        catch (RefusedException e)
        {
            meters.Refused(incoming.Source, e.Why);
            throw;
        }
    }

    private async Task<(Part Part, bool Duplicate)> TakeAsync(IncomingPart incoming, CancellationToken cancellation)
    {
        if (_closed || _paused)
            throw new RefusedException(Refusal.Unavailable, _closed ? "The service stops." : "The service is paused.", "A running service was expected.", "Send the part again later.");
        string id = incoming.PartId ?? Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        if (!Names.IsValid(id))
            throw new RefusedException(Refusal.Invalid, "The part id is no name.", $"{Names.Rule} was expected.", "Send another part id.");
        if (!Names.IsValid(incoming.Station))
            throw new RefusedException(Refusal.Invalid, "The station is no name.", $"{Names.Rule} was expected.", "Send another station.");
        string recipe = recipes.Of(incoming.Recipe, incoming.Station) ?? throw new RefusedException(Refusal.UnknownRecipe,
            incoming.Recipe is null ? $"No recipe is known for station '{incoming.Station}'." : "The recipe is unknown.", $"The recipes are {string.Join(", ", options.Recipes.Keys)}.", "Name one of them.");
        if (incoming.Image.Length > options.Http.MaxImageBytes)
            throw TooLarge($"The image has {incoming.Image.Length} bytes.", $"{options.Http.MaxImageBytes} at most were expected.", "Send a smaller one, or raise 'Http:MaxImageBytes'.");
        CheckHeader(incoming.Image);
        try
        {
            if (await journal.FindAsync(id, cancellation).ConfigureAwait(false) is { } known)
                return (known, true);
            if (!models.IsLive(recipe))
                throw new RefusedException(Refusal.NoModel, $"The recipe '{recipe}' has no live model.", "A model that was uploaded and activated was expected.", $"PUT /v1/models/{options.Recipes[recipe].Model ?? recipe}.");
            if (!HasRoom)
                throw DiskFull(null);
            // Whoever waits for room asks again and again: that must not write an image each time.
            if (Environment.TickCount64 < Volatile.Read(ref _fullUntil))
                throw Full();
            return await StoreAsync(incoming, id, recipe, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || (e is DbException && IsDiskFull(e)))
        {
            _failed = true;
            log.LogError(e, "A part cannot be written");
            throw DiskFull(e);
        }
        catch (DbException e)
        {
            log.LogError(e, "The journal does not answer");
            throw new RefusedException(Refusal.Unavailable, "The journal does not answer.", "A database that answers was expected.", "Send the part again, with the same part id.", e);
        }
    }

    private async Task<(Part Part, bool Duplicate)> StoreAsync(IncomingPart incoming, string id, string recipe, CancellationToken cancellation)
    {
        string image = images.Write(id, incoming.Image.Span);
        var now = clock.GetUtcNow();
        var part = new NewPart(id, incoming.Station, recipe, incoming.Source, image, Convert.ToHexStringLower(SHA256.HashData(incoming.Image.Span)), incoming.Image.Length, now,
            now + options.Recipes[recipe].Deadline);
        // Should this throw, the row may be there all the same: the image stays, and the sweep decides.
        var outcome = await journal.AcceptAsync(part, cancellation).ConfigureAwait(false);
        failPoints.Hit("accept.journalled");
        if (outcome == Acceptance.Accepted)
            return (new Part(id, part.Station, recipe, part.Source, image, part.ImageHash, now, part.Deadline, PartState.Waiting, 0), false);
        images.Delete(image);
        if (outcome == Acceptance.Full)
        {
            Volatile.Write(ref _fullUntil, Environment.TickCount64 + FullMilliseconds);
            throw Full();
        }
        return (await journal.FindAsync(id, cancellation).ConfigureAwait(false) ?? throw new InvalidOperationException("A part vanished from the journal."), true);
    }

    private void CheckHeader(ReadOnlyMemory<byte> image)
    {
        int height, width;
        try
        {
            (height, width) = ImageFile.ReadSize(image, "the image");
        }
        catch (ImageTooLargeException e)
        {
            throw new RefusedException(Refusal.TooLarge, e.What, e.Expected, e.Remedy, e);
        }
        catch (DxmiException e)
        {
            throw new RefusedException(Refusal.NoImage, e.What, e.Expected, e.Remedy, e);
        }
        if ((long)height * width > options.Http.MaxPixels)
            throw TooLarge($"The image has {width} x {height} pixels.", $"{options.Http.MaxPixels} at most were expected.", "Send a smaller one, or raise 'Http:MaxPixels'.");
    }

    private RefusedException Full() => new(Refusal.Full, $"{options.Journal.MaxPending} parts wait.", "Fewer were expected.", "Send the part again in a moment.");

    private static RefusedException TooLarge(string what, string expected, string remedy) => new(Refusal.TooLarge, what, expected, remedy);

    private RefusedException DiskFull(Exception? cause) => new(Refusal.DiskFull, "The part cannot be written to disk.",
        $"{options.Images.MinimumFreeMegabytes} megabytes of free space, and a folder that can be written to, were expected.", "Make room; then send the part again.", cause);

    // SQLite: 13 full, 10 input or output failed. PostgreSQL: class 53, insufficient resources.
    private static bool IsDiskFull(Exception e)
        => e is Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 13 or 10 } or Npgsql.PostgresException { SqlState: "53100" };
}
