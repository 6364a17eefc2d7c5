using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>Commands from the broker: { "command": "pause" }, "resume", or "recipe" with station and recipe.</summary>
internal sealed class MqttCommands(PartIntake intake, StationRecipes recipes, LineEvents events, ILogger<MqttCommands> log)
{
    private sealed record Message(string? Command, string? Station, string? Recipe);

    /// <summary>Does what a message says.</summary>
    /// <returns>Whether it was a command.</returns>
    public async Task<bool> RunAsync(string body, CancellationToken cancellation)
    {
        Message message;
        try
        {
            message = LineJson.Read<Message>(body);
        }
        catch (JsonException)
        {
            log.LogWarning("A command is no JSON");
            return false;
        }
        switch (message.Command)
        {
            case "pause":
            case "resume":
                intake.Paused = message.Command == "pause";
                break;
            case "recipe" when Names.IsValid(message.Station) && await recipes.SelectAsync(message.Station!, message.Recipe, cancellation).ConfigureAwait(false):
                break;
            default:
                log.LogWarning("The command '{Command}' is unknown, or its station or recipe is", message.Command);
                return false;
        }
        log.LogInformation("Command {Command} {Station} {Recipe}", message.Command, message.Station, message.Recipe);
        events.Publish("state", new { message.Command, message.Station, message.Recipe, intake.Paused });
        return true;
    }
}

/// <summary>Recipes that were selected for stations while the service runs; they outlive a restart.</summary>
internal sealed class StationRecipes(LineOptions options, IJournal journal)
{
    private const string Key = "station-recipes";
    private volatile Dictionary<string, string> _selected = [];

    public async Task LoadAsync(CancellationToken cancellation)
        => _selected = await journal.GetStateAsync(Key, cancellation).ConfigureAwait(false) is { } json ? LineJson.Read<Dictionary<string, string>>(json) : [];

    /// <summary>The recipe of a part: that which it names, that which was selected, or that of the settings; null for none.</summary>
    public string? Of(string? recipe, string station) => options.RecipeOf(recipe ?? _selected.GetValueOrDefault(station), station);

    /// <summary>Selects a recipe for a station; null goes back to that of the settings.</summary>
    /// <returns>False where the recipe is unknown.</returns>
    public async Task<bool> SelectAsync(string station, string? recipe, CancellationToken cancellation)
    {
        if (recipe is not null && options.RecipeOf(recipe, station) is null)
            return false;
        var selected = new Dictionary<string, string>(_selected);
        if (recipe is null)
            selected.Remove(station);
        else
            selected[station] = recipe;
        await journal.SetStateAsync(Key, LineJson.Write(selected), cancellation).ConfigureAwait(false);
        _selected = selected;
        return true;
    }
}
