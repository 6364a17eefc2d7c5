using Microsoft.Extensions.Logging.Abstractions;

namespace DxmiMlNet.Line;

/// <summary>Looks at the records of a service from outside; the service may run meanwhile.</summary>
public static class LineAudit
{
    /// <summary>Looks at every row of the audit chain.</summary>
    /// <param name="options">Settings of the service.</param>
    /// <param name="cancellation">Stops between two reads.</param>
    /// <exception cref="DxmiException">There is no such journal.</exception>
    public static async Task<AuditVerification> VerifyAsync(LineOptions options, CancellationToken cancellation = default)
    {
        await using var journal = Open(options);
        return await Reading(() => AuditChain.VerifyAsync(journal, cancellation)).ConfigureAwait(false);
    }

    /// <summary>Makes a decision again with the model that made it.</summary>
    /// <param name="options">Settings of the service.</param>
    /// <param name="partId">The part.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DxmiException">The part is unknown, was not decided by a model, or its image is gone or changed.</exception>
    public static async Task<ReplayedDecision> ReplayAsync(LineOptions options, string partId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(partId);
        await using var journal = Open(options);
        var store = new ModelStore(options.ModelPath);
        using var none = new LiveModels(options, journal, store, new LineEvents(TimeProvider.System), NullLogger<LiveModels>.Instance);
        var replay = new Replay(options, journal, new ImageStore(options.ImageFolder, TimeProvider.System, new FailPoints()), store, none);
        return await Reading(() => replay.RunAsync(partId, cancellation)).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes the photographs of parts whose verdict a person changed as training data: <c>train/good</c> holds what was good after all, <c>test/overruled</c> what was not. A file that is there stays,
    /// so that the same folder can be filled again and again.
    /// </summary>
    /// <param name="options">Settings of the service.</param>
    /// <param name="folder">Where to write.</param>
    /// <param name="cancellation">Stops between two photographs.</param>
    /// <exception cref="DxmiException">There is no such journal, or the folder cannot be written to.</exception>
    public static async Task<OverruledExport> ExportOverruledAsync(LineOptions options, string folder, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        await using var journal = Open(options);
        return await Reading(() => OverruledParts.ExportAsync(journal, new ImageStore(options.ImageFolder, TimeProvider.System, new FailPoints()), folder, cancellation)).ConfigureAwait(false);
    }

    // Not opened as a service opens it: nothing is made, and no lease is touched.
    private static IJournal Open(LineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Journal.Kind == JournalKind.Sqlite && !File.Exists(options.JournalPath))
            throw new DxmiException($"The journal '{options.JournalPath}' does not exist.", "The settings of a service that has run were expected.", "Name its settings file, or run this in its folder.");
        return LineHost.JournalOf(options, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private static async Task<T> Reading<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (System.Data.Common.DbException e)
        {
            throw new DxmiException($"The journal cannot be read: {e.Message}", "A journal of this service was expected.", "Check 'Journal' in the settings, and the server.", e);
        }
    }
}
