namespace DxmiMlNet.Line;

/// <summary>The topics; README.md lists them.</summary>
internal sealed class MqttTopics(MqttOptions options, string service)
{
    private readonly string _prefix = options.Prefix + "/";

    /// <summary>Parts of all stations, shared among the services of a group.</summary>
    public string Parts => options.Group.Length > 0 ? $"$share/{options.Group}/{_prefix}+/part" : $"{_prefix}+/part";

    public string State => $"{_prefix}service/{service}/state";

    /// <summary>Commands to this service, and to all.</summary>
    public string[] Commands => [$"{_prefix}service/{service}/command", $"{_prefix}service/all/command"];

    public string Part(string station) => $"{_prefix}{station}/part";

    public string Verdict(string station) => $"{_prefix}{station}/verdict";

    public string Refused(string station) => $"{_prefix}{station}/refused";

    public string PlcIn(string station) => $"{_prefix}{station}/plc/in";

    public string PlcOut(string station) => $"{_prefix}{station}/plc/out";

    /// <summary>The station of a topic below the prefix, and what follows it.</summary>
    public (string Station, string Below) Split(string topic)
    {
        string[] levels = topic.StartsWith(_prefix, StringComparison.Ordinal) ? topic[_prefix.Length..].Split('/', 2) : ["", ""];
        return (levels[0], levels.Length > 1 ? levels[1] : "");
    }
}
