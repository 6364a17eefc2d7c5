namespace DxmiMlNet.Line;

/// <summary>Changes which model is live: for good in the journal, then in memory.</summary>
internal sealed class ModelRegistry(LineOptions options, IJournal journal, ModelStore store, LiveModels live, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1);

    public void Dispose() => _changing.Dispose();

    /// <summary>Stores the files that recipes name where no model is live yet.</summary>
    public async Task ImportAsync(CancellationToken cancellation)
    {
        foreach (var (name, recipe) in options.Recipes)
        {
            string model = recipe.Model ?? name;
            if (recipe.ModelFile is not { } file || (await SlotAsync(model, cancellation).ConfigureAwait(false)).Live is not null)
                continue;
            await using var stream = File.OpenRead(file);
            string hash = await store.AddAsync(model, stream, cancellation).ConfigureAwait(false);
            await ActivateAsync(model, hash, "settings", cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Makes a stored file live.</summary>
    /// <exception cref="DxmiException">There is no such file.</exception>
    public Task<ModelSlot> ActivateAsync(string name, string hash, string by, CancellationToken cancellation) => ChangeAsync(name, by, slot =>
    {
        MustHave(name, hash);
        // Before the journal says so: what is live must load with every recipe's rates, here and after the next start.
        foreach (var (_, recipe) in options.Recipes.Where(r => (r.Value.Model ?? r.Key) == name))
            store.Load(name, hash, recipe).Retire();
        return slot.Live == hash ? slot : slot with { Live = hash, Previous = slot.Live, Shadow = slot.Shadow == hash ? null : slot.Shadow };
    }, cancellation);

    /// <summary>Makes the file live that was so before.</summary>
    /// <exception cref="DxmiException">None was.</exception>
    public Task<ModelSlot> RollBackAsync(string name, string by, CancellationToken cancellation) => ChangeAsync(name, by, slot => slot.Previous is { } previous
        ? slot with { Live = previous, Previous = slot.Live }
        : throw new DxmiException($"Model '{name}' has no earlier file to go back to.", "A model that was switched before was expected.", "Activate one by its hash."), cancellation);

    /// <summary>Lets a stored file score beside the live one; null for none.</summary>
    /// <exception cref="DxmiException">There is no such file.</exception>
    public Task<ModelSlot> ShadowAsync(string name, string? hash, string by, CancellationToken cancellation) => ChangeAsync(name, by, slot =>
    {
        if (hash is not null)
            MustHave(name, hash);
        return slot with { Shadow = hash };
    }, cancellation);

    private async Task<ModelSlot> ChangeAsync(string name, string by, Func<ModelSlot, ModelSlot> change, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var before = await SlotAsync(name, cancellation).ConfigureAwait(false);
            var after = change(before);
            if (after != before)
            {
                after = after with { ChangedAt = clock.GetUtcNow() };
                await journal.SetModelAsync(after, by, cancellation).ConfigureAwait(false);
            }
            await live.RefreshAsync(cancellation).ConfigureAwait(false);
            return after;
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<ModelSlot> SlotAsync(string name, CancellationToken cancellation)
        => (await journal.ModelsAsync(cancellation).ConfigureAwait(false)).FirstOrDefault(slot => slot.Name == name) ?? new ModelSlot(name, null, null, null, clock.GetUtcNow());

    private void MustHave(string name, string hash)
    {
        if (!store.Has(name, hash))
            throw new DxmiException($"Model '{name}' has no such file.", $"One of {string.Join(", ", store.List(name).Select(file => file.Hash))} was expected.", "Upload it first.");
    }
}
