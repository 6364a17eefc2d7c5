namespace DxmiMlNet.Line;

/// <summary>The MQTT broker (MQTT 5).</summary>
public sealed record MqttOptions
{
    /// <summary>Name or address of the broker.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Its port.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Whether the connection is encrypted.</summary>
    public bool Tls { get; init; }

    /// <summary>User; null for none.</summary>
    public string? User { get; init; }

    /// <summary>Password of the user.</summary>
    public string? Password { get; init; }

    /// <summary>First levels of all topics, without a slash at the end.</summary>
    public string Prefix { get; init; } = "dxmi";

    /// <summary>Services with the same group share the parts; empty for one service on a broker that knows no shared subscriptions.</summary>
    public string Group { get; init; } = "line";

    /// <summary>Parts that the broker may have on the way to this service, 1 to 65,535.</summary>
    public int ReceiveMaximum { get; init; } = 16;

    /// <summary>Folder in which files named by messages must lie; null refuses such messages.</summary>
    public string? FileFolder { get; init; }

    /// <summary>Stations that are triggered by a PLC.</summary>
    public List<string> PlcStations { get; init; } = [];

    /// <summary>How long a trigger waits for the image of its part.</summary>
    public TimeSpan PlcImageTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
