namespace DxmiMlNet.Line;

/// <summary>All settings of an inspection service: one JSON file, environment variables (<c>DXMI_LINE_Http__Url</c>) and the command line (<c>--Http:Url</c>) over it.</summary>
public sealed record LineOptions
{
    /// <summary>Name of this service among those that share a journal: names leases, MQTT clients and log entries.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>Folder for journal, images and models where these name none of their own.</summary>
    public string DataFolder { get; init; } = "line-data";

    /// <summary>Where parts and verdicts are kept.</summary>
    public JournalOptions Journal { get; init; } = new();

    /// <summary>Where images lie and how long.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>Which model judges which parts; by name.</summary>
    public Dictionary<string, RecipeOptions> Recipes { get; init; } = [];

    /// <summary>Folder of model files, shared by services that share a journal; null for "models" in <see cref="DataFolder"/>.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>Folder in which model files are found: NAME.zip is stored under NAME, and goes live where no model is yet; null for none.</summary>
    public string? ModelInbox { get; init; }

    /// <summary>How parts are worked on.</summary>
    public WorkOptions Work { get; init; } = new();

    /// <summary>The HTTP interface.</summary>
    public HttpOptions Http { get; init; } = new();

    /// <summary>Folders into which cameras drop files.</summary>
    public List<FolderOptions> Folders { get; init; } = [];

    /// <summary>The MQTT broker; null for none.</summary>
    public MqttOptions? Mqtt { get; init; }

    /// <summary>Addresses that are told every verdict.</summary>
    public List<WebhookOptions> Webhooks { get; init; } = [];

    /// <summary>Folder into which every verdict is written as JSON; null for none.</summary>
    public string? ResultFolder { get; init; }

    /// <summary>When an alarm is raised because good parts look otherwise than they did.</summary>
    public DriftOptions Drift { get; init; } = new();

    /// <summary>A simulated camera; null for none.</summary>
    public CameraOptions? Camera { get; init; }

    /// <summary>What is measured and where it goes.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    internal string ImageFolder => Images.Folder ?? Path.Combine(DataFolder, "images");

    internal string ModelPath => ModelFolder ?? Path.Combine(DataFolder, "models");

    internal string JournalPath => Journal.Path ?? Path.Combine(DataFolder, "journal.db");

    /// <summary>The recipe of a part: by its name, else that which names the station, else the only one, or the one called "default".</summary>
    internal string? RecipeOf(string? recipe, string station)
    {
        if (!string.IsNullOrEmpty(recipe))
            return Recipes.ContainsKey(recipe) ? recipe : Recipes.FirstOrDefault(r => r.Value.Products.Contains(recipe, StringComparer.Ordinal)).Key;
        return Recipes.FirstOrDefault(r => r.Value.Stations.Contains(station, StringComparer.Ordinal)).Key
            ?? (Recipes.Count == 1 ? Recipes.Keys.Single() : Recipes.ContainsKey("default") ? "default" : null);
    }
}

/// <summary>Which database keeps parts and verdicts.</summary>
public enum JournalKind
{
    /// <summary>A file of this service, for one machine.</summary>
    Sqlite,

    /// <summary>A server that several services share.</summary>
    Postgres,
}

/// <summary>Where parts and verdicts are kept.</summary>
public sealed record JournalOptions
{
    /// <summary>The database.</summary>
    public JournalKind Kind { get; init; } = JournalKind.Sqlite;

    /// <summary>File of the SQLite database; null for "journal.db" in the data folder.</summary>
    public string? Path { get; init; }

    /// <summary>How PostgreSQL is reached, in Npgsql's words: "Host=...;Database=...;Username=...;Password=...".</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Most parts that wait undecided, 1 or more; further ones are refused until some are decided.</summary>
    public int MaxPending { get; init; } = 1000;

    /// <summary>How long a worker may keep a part before another takes it.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a part is tried before it goes to review, 1 or more.</summary>
    public int MaxAttempts { get; init; } = 5;
}

/// <summary>Which images stay after the verdict.</summary>
public enum KeepImages
{
    /// <summary>All.</summary>
    All,

    /// <summary>Those of rejected and reviewed parts, and a sample of those that passed.</summary>
    Rejects,

    /// <summary>None.</summary>
    None,
}

/// <summary>Where images lie and how long. What is not decided is never deleted.</summary>
public sealed record ImageOptions
{
    /// <summary>Folder of the images, shared by services that share a journal; null for "images" in the data folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Which stay after the verdict.</summary>
    public KeepImages Keep { get; init; } = KeepImages.Rejects;

    /// <summary>Share of passed parts whose image stays with <see cref="KeepImages.Rejects"/>, 0 to 1.</summary>
    public double PassSample { get; init; } = 0.01;

    /// <summary>How long every image stays at least, so that a person can look at what just went by.</summary>
    public TimeSpan Recent { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long images stay at most.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Most megabytes of images; the oldest decided go first.</summary>
    public long MaxMegabytes { get; init; } = 20_000;

    /// <summary>Megabytes of the disk that stay free: below, no part is taken in.</summary>
    public long MinimumFreeMegabytes { get; init; } = 200;
}

/// <summary>How the parts of a station or product are judged.</summary>
public sealed record RecipeOptions
{
    /// <summary>Name of the model; null for the recipe's own name.</summary>
    public string? Model { get; init; }

    /// <summary>A model file that goes live under that name where none is yet; null for none.</summary>
    public string? ModelFile { get; init; }

    /// <summary>Stations whose parts have this recipe unless they name another.</summary>
    public List<string> Stations { get; init; } = [];

    /// <summary>Product codes that mean this recipe.</summary>
    public List<string> Products { get; init; } = [];

    /// <summary>Largest share of good parts that may be rejected; null for the model's.</summary>
    public double? Alpha { get; init; }

    /// <summary>Largest share of good parts that may be rejected or reviewed; null for twice alpha, or the model's.</summary>
    public double? ReviewAlpha { get; init; }

    /// <summary>An image whose white pixels are ignored; needs a model that was trained with masks. Null for none.</summary>
    public string? IgnoreMask { get; init; }

    /// <summary>Time from acceptance in which the verdict must be there; later it is Review.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>How parts are worked on.</summary>
public sealed record WorkOptions
{
    /// <summary>Parts in work at the same time, 1 or more; 0 for the number of processors.</summary>
    public int Workers { get; init; }

    /// <summary>Threads inside one inference call, 1 or more.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How long the service finishes what it has begun when it is stopped.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>Folders into which cameras drop files.</summary>
public sealed record FolderOptions
{
    /// <summary>The folder.</summary>
    public string Path { get; init; } = "";

    /// <summary>Station of its parts.</summary>
    public string Station { get; init; } = "folder";

    /// <summary>Recipe of its parts; null for that of the station.</summary>
    public string? Recipe { get; init; }

    /// <summary>What becomes of a file once its part is in the journal.</summary>
    public FolderPolicy Done { get; init; } = FolderPolicy.Move;

    /// <summary>Where files go that are taken in; null for "done" in the folder.</summary>
    public string? DoneFolder { get; init; }

    /// <summary>Where files go that cannot be taken in; null for "refused" in the folder.</summary>
    public string? RefusedFolder { get; init; }

    /// <summary>How often the folder is looked at.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long size and time of a file must stay as they are before it counts as written.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMilliseconds(500);
}

/// <summary>What becomes of a file once its part is in the journal.</summary>
public enum FolderPolicy
{
    /// <summary>It is moved.</summary>
    Move,

    /// <summary>It stays, and is not taken in again while size and time stay as they are.</summary>
    Keep,

    /// <summary>It is deleted: the journal has a copy.</summary>
    Delete,
}

/// <summary>An address that is told every verdict.</summary>
public sealed record WebhookOptions
{
    /// <summary>Where to post.</summary>
    public string Url { get; init; } = "";

    /// <summary>Key of the signature (HMAC-SHA-256), 16 characters or more.</summary>
    public string Secret { get; init; } = "";
}

/// <summary>When an alarm is raised because good parts look otherwise than they did at calibration.</summary>
public sealed record DriftOptions
{
    /// <summary>Largest share of stations that ever raise an alarm although nothing changed, above 0 and below 1.</summary>
    public double FalseAlarmRate { get; init; } = 0.01;

    /// <summary>Share of parts that are expected to be defective, 0 up to 1: more than that counts as a change.</summary>
    public double DefectRate { get; init; } = 0.05;

    /// <summary>Passed parts from which a station's usual sharpness and brightness are learned, 10 or more.</summary>
    public int QualityBaseline { get; init; } = 50;

    /// <summary>How many standard deviations from the usual an image may be, above 0.</summary>
    public double QualityLimit { get; init; } = 6;
}

/// <summary>A simulated camera.</summary>
public sealed record CameraOptions
{
    /// <summary>Folder whose images it shows in turn; null for the generated parts of the demonstration.</summary>
    public string? Folder { get; init; }

    /// <summary>Station of its parts.</summary>
    public string Station { get; init; } = "camera";

    /// <summary>Recipe of its parts; null for that of the station.</summary>
    public string? Recipe { get; init; }

    /// <summary>Parts a second, above 0.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>Share of defective parts, 0 to 1; for generated parts.</summary>
    public double DefectRate { get; init; } = 0.1;
}

/// <summary>What is measured and where it goes.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Whether <c>/metrics</c> answers in Prometheus' form.</summary>
    public bool Prometheus { get; init; } = true;

    /// <summary>Address of an OpenTelemetry collector for metrics, traces and logs; null for none.</summary>
    public string? OtlpEndpoint { get; init; }
}
