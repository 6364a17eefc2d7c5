using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>What judges the parts of a recipe at this moment. A worker takes it once a part, so that a switch falls between two parts.</summary>
internal sealed record LiveRecipe(string Name, string ModelName, RecipeOptions Options, LoadedModel Model, LoadedModel? Shadow);

/// <summary>The live models in memory; they follow the journal's table.</summary>
internal sealed class LiveModels(LineOptions options, IJournal journal, ModelStore store, LineEvents events, ILogger<LiveModels> log) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private ImmutableDictionary<string, LiveRecipe> _live = ImmutableDictionary<string, LiveRecipe>.Empty;

    public bool IsLive(string recipe) => Volatile.Read(ref _live).ContainsKey(recipe);

    /// <summary>Recipes whose model is not live.</summary>
    public IEnumerable<string> Missing => options.Recipes.Keys.Where(recipe => !IsLive(recipe));

    /// <summary>Takes a recipe's models for one part; null where none is live.</summary>
    public LiveRecipe? Rent(string recipe)
    {
        while (Volatile.Read(ref _live).TryGetValue(recipe, out var live))
        {
            if (!live.Model.TryRent())
                continue;   // switched just now: the table has the next one
            if (live.Shadow is null || live.Shadow.TryRent())
                return live;
            live.Model.Return();
        }
        return null;
    }

    public static void Return(LiveRecipe live)
    {
        live.Model.Return();
        live.Shadow?.Return();
    }

    /// <summary>Loads what the journal says is live and switches to it.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var slots = (await journal.ModelsAsync(cancellation).ConfigureAwait(false)).ToDictionary(slot => slot.Name, StringComparer.Ordinal);
            foreach (var (name, recipe) in options.Recipes)
            {
                string modelName = recipe.Model ?? name;
                if (slots.TryGetValue(modelName, out var slot) && slot.Live is { } hash)
                    Switch(name, modelName, recipe, hash, slot.Shadow);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    private void Switch(string name, string modelName, RecipeOptions recipe, string hash, string? shadowHash)
    {
        var now = _live.GetValueOrDefault(name);
        if (now?.Model.Hash == hash && now.Shadow?.Hash == shadowHash)
            return;
        try
        {
            var model = now?.Model.Hash == hash ? now.Model : store.Load(modelName, hash, recipe);
            LoadedModel? shadow;
            try
            {
                shadow = shadowHash is null ? null : now?.Shadow?.Hash == shadowHash ? now.Shadow : store.Load(modelName, shadowHash, recipe);
            }
            catch (DxmiException e)
            {
                // It has no say: the line goes on without it.
                log.LogError("The shadow model of '{Model}' cannot be loaded: {Message}", modelName, e.Message);
                shadow = null;
            }
            Volatile.Write(ref _live, _live.SetItem(name, new LiveRecipe(name, modelName, recipe, model, shadow)));
            if (now is not null && now.Model != model)
                now.Model.Retire();
            if (now?.Shadow is { } old && old != shadow)
                old.Retire();
            log.LogInformation("Recipe {Recipe}: model {Model} {Hash} is live", name, modelName, hash);
            events.Publish("model", new { Recipe = name, Model = modelName, Live = hash, Shadow = shadow?.Hash });
        }
        catch (DxmiException e)
        {
            // What is live goes on: better yesterday's model than none.
            log.LogError("Model '{Model}' {Hash} cannot be loaded: {Message}", modelName, hash, e.Message);
        }
    }

    public void Dispose()
    {
        foreach (var live in _live.Values)
        {
            live.Model.Retire();
            live.Shadow?.Retire();
        }
        _live = _live.Clear();
        _changing.Dispose();
    }
}

/// <summary>A model in memory. It is disposed of when it is retired and the last part is done with it.</summary>
internal sealed class LoadedModel(InspectionModel model, VerdictModel named)
{
    private int _users = 1;   // the first is the table of live models

    public InspectionModel Model => model;

    public VerdictModel Named => named;

    public string Hash => named.Hash;

    public bool TryRent()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return true;
            users = seen;
        }
        return false;
    }

    public void Return()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            model.Dispose();
    }

    public void Retire() => Return();
}
