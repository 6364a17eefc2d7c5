namespace DxmiMlNet.Explanation;

/// <summary>
/// The last search of this thread. Overlay and regions of an image are asked for one after the other, by stages that know nothing of each other and
/// may each stand alone: the second one finds here what the first has computed. A search depends on its query only, so what is remembered is never stale.
/// </summary>
internal sealed class LastSearch
{
    [ThreadStatic]
    private static LastSearch? t_last;

    private readonly float[] _map;
    private readonly bool[]? _ignored;
    private readonly (int, int, int, int, float, double) _settings;
    private readonly FoundRegions _found;

    private LastSearch(RegionQuery query, FoundRegions found)
    {
        _map = query.Map.ToArray();
        _ignored = (bool[]?)query.Ignored?.Clone();
        _settings = query.Settings;
        _found = found;
    }

    /// <summary>What this thread found last; null where it has not searched.</summary>
    internal static FoundRegions? Last => t_last?._found;

    /// <summary>What the same query has found, or null where the last one was another.</summary>
    public static FoundRegions? Find(RegionQuery query)
        => t_last is { } last && last._settings.Equals(query.Settings) && query.Map.SequenceEqual(last._map)
            && (query.Ignored is null ? last._ignored is null : query.Ignored.AsSpan().SequenceEqual(last._ignored)) ? last._found : null;

    /// <summary>Remembers a search instead of the one before.</summary>
    public static FoundRegions Keep(RegionQuery query, FoundRegions found)
    {
        t_last = new LastSearch(query, found);
        return found;
    }
}
