using System.Net;

namespace DxmiMlNet.Line;

/// <summary>Finds settings that cannot work, before anything starts.</summary>
internal static class LineOptionsCheck
{
    private const int LeastSecret = 16;

    /// <exception cref="DxmiException">A setting is out of range; the first one is told.</exception>
    public static void ThrowIfWrong(LineOptions options)
    {
        if (Problems(options).FirstOrDefault() is { } problem)
            throw problem;
    }

    /// <exception cref="DxmiException">There is nothing to judge parts by.</exception>
    public static void ThrowIfNoRecipe(LineOptions options)
    {
        if (options.Recipes.Count == 0)
            throw Must("Recipes", "", false, "at least one recipe was expected", "Write \"Recipes\": { \"default\": { \"ModelFile\": \"model.zip\" } }")!;
    }

    public static IEnumerable<DxmiException> Problems(LineOptions o)
        => Basic(o).Concat(Recipes(o)).Concat(Http(o.Http)).Concat(Intake(o)).Concat(Outputs(o)).OfType<DxmiException>();

    private static IEnumerable<DxmiException?> Basic(LineOptions o)
    {
        yield return Must("Name", o.Name, Names.IsValid(o.Name), $"{Names.Rule} was expected", "Choose a short name");
        yield return Must("DataFolder", o.DataFolder, o.DataFolder.Length > 0, "a folder was expected", "Name one where this user may write");
        if (o.Journal.Kind == JournalKind.Postgres)
            yield return Must("Journal:ConnectionString", "empty", !string.IsNullOrWhiteSpace(o.Journal.ConnectionString),
                "a connection string of Npgsql was expected with Journal:Kind = Postgres", "Write \"Host=...;Database=...;Username=...;Password=...\"");
        yield return Range("Journal:MaxPending", o.Journal.MaxPending, 1, 10_000_000);
        yield return Range("Journal:MaxAttempts", o.Journal.MaxAttempts, 1, 1000);
        yield return Range("Journal:Lease", o.Journal.Lease.TotalSeconds, 1, 86_400, " seconds");
        yield return Range("Images:PassSample", o.Images.PassSample, 0, 1);
        yield return Range("Images:MaxMegabytes", o.Images.MaxMegabytes, 1, long.MaxValue);
        yield return Range("Images:MinimumFreeMegabytes", o.Images.MinimumFreeMegabytes, 0, long.MaxValue);
        yield return Range("Work:Workers", o.Work.Workers, 0, 1024);
        yield return Range("Work:Threads", o.Work.Threads, 1, 1024);
        yield return Range("Work:Drain", o.Work.Drain.TotalSeconds, 0, 3600, " seconds");
        yield return Range("Drift:FalseAlarmRate", o.Drift.FalseAlarmRate, 1e-9, 0.5);
        yield return Range("Drift:DefectRate", o.Drift.DefectRate, 0, 0.9);
        yield return Range("Drift:QualityBaseline", o.Drift.QualityBaseline, 10, 100_000);
        yield return Range("Drift:QualityLimit", o.Drift.QualityLimit, 1, 1000);
        if (o.Telemetry.OtlpEndpoint is { } otlp)
            yield return Must("Telemetry:OtlpEndpoint", otlp, IsHttp(otlp), "an http or https address was expected", "Write http://127.0.0.1:4317");
    }

    private static IEnumerable<DxmiException?> Recipes(LineOptions o)
    {
        foreach (var (name, recipe) in o.Recipes)
        {
            string key = $"Recipes:{name}";
            yield return Must(key, name, Names.IsValid(name), $"{Names.Rule} was expected as a recipe's name", "Rename it");
            yield return Must($"{key}:Model", recipe.Model ?? "", recipe.Model is null || Names.IsValid(recipe.Model), $"{Names.Rule} was expected", "Rename it");
            yield return Must($"{key}:ModelFile", recipe.ModelFile ?? "", recipe.ModelFile is null || File.Exists(recipe.ModelFile), "a file that exists was expected",
                "Train one with 'dxmi train', or leave it out and upload one");
            yield return Must($"{key}:IgnoreMask", recipe.IgnoreMask ?? "", recipe.IgnoreMask is null || File.Exists(recipe.IgnoreMask), "a file that exists was expected", "Correct the path");
            yield return Range($"{key}:Deadline", recipe.Deadline.TotalSeconds, 0.01, 86_400, " seconds");
            if (recipe.Alpha is { } alpha)
                yield return Range($"{key}:Alpha", alpha, 1e-9, 0.999);
            if (recipe.ReviewAlpha is { } review)
                yield return Must($"{key}:ReviewAlpha", review, recipe.Alpha is { } a && review >= a && review < 1, "a number from Alpha to 1, and Alpha with it, was expected", "Give both");
        }
        foreach (var twice in o.Recipes.SelectMany(r => r.Value.Stations).GroupBy(s => s, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return Must("Recipes", twice.Key, false, "one recipe a station was expected", "Name the station in one recipe only");
    }

    private static IEnumerable<DxmiException?> Http(HttpOptions http)
    {
        bool valid = Uri.TryCreate(http.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
        yield return Must("Http:Url", http.Url, valid, "an http or https address was expected", "Write http://127.0.0.1:8520");
        if (!valid)
            yield break;
        yield return Must("Http:Url", http.Url, http.Keys.Count > 0 || IsLoopback(url!), "without Http:Keys a loopback address (127.0.0.1, [::1], localhost) was expected",
            "Set keys, or listen on 127.0.0.1");
        yield return Must("Http:Certificate", http.Certificate ?? "empty", url!.Scheme == "http" || (http.Certificate is { } file && File.Exists(file)),
            "an https address needs a certificate file (PKCS #12)", "Name it, or use http");
        for (int i = 0; i < http.Keys.Count; i++)
        {
            yield return Must($"Http:Keys:{i}:Key", $"{http.Keys[i].Key.Length} characters long", http.Keys[i].Key.Length >= LeastSecret, $"{LeastSecret} characters or more were expected",
                "Make one with 'openssl rand -hex 24'");
            yield return Must($"Http:Keys:{i}:Name", http.Keys[i].Name, Names.IsValid(http.Keys[i].Name), $"{Names.Rule} was expected", "Name the holder");
        }
        yield return Must("Http:Keys", "ambiguous", http.Keys.Select(k => k.Key).Distinct(StringComparer.Ordinal).Count() == http.Keys.Count, "a key of its own was expected for every holder",
            "Make another key");
        yield return Range("Http:MaxImageBytes", http.MaxImageBytes, 1000, int.MaxValue);
        yield return Range("Http:MaxPixels", http.MaxPixels, 1, int.MaxValue);
        yield return Range("Http:MaxModelBytes", http.MaxModelBytes, 1000, int.MaxValue);
        yield return Range("Http:MaxUploads", http.MaxUploads, 1, 10_000);
        yield return Range("Http:MinBytesPerSecond", http.MinBytesPerSecond, 1, 1e9);
    }

    private static IEnumerable<DxmiException?> Intake(LineOptions o)
    {
        for (int i = 0; i < o.Folders.Count; i++)
        {
            string key = $"Folders:{i}";
            var folder = o.Folders[i];
            yield return Must($"{key}:Path", folder.Path, folder.Path.Length > 0, "a folder was expected", "Name the folder into which the camera writes");
            yield return Must($"{key}:Station", folder.Station, Names.IsValid(folder.Station), $"{Names.Rule} was expected", "Rename it");
            yield return Range($"{key}:Interval", folder.Interval.TotalSeconds, 0.01, 3600, " seconds");
            yield return Range($"{key}:Settle", folder.Settle.TotalSeconds, 0, 3600, " seconds");
            yield return Recipe($"{key}:Recipe", o, folder.Recipe, folder.Station);
        }
        if (o.Camera is { } camera)
        {
            yield return Range("Camera:Rate", camera.Rate, 1e-3, 1000, " a second");
            yield return Range("Camera:DefectRate", camera.DefectRate, 0, 1);
            yield return Must("Camera:Station", camera.Station, Names.IsValid(camera.Station), $"{Names.Rule} was expected", "Rename it");
            yield return Must("Camera:Folder", camera.Folder ?? "", camera.Folder is null || Directory.Exists(camera.Folder), "a folder that exists was expected", "Correct the path");
            yield return Recipe("Camera:Recipe", o, camera.Recipe, camera.Station);
        }
        if (o.Mqtt is not { } mqtt)
            yield break;
        yield return Must("Mqtt:Host", mqtt.Host, mqtt.Host.Length > 0, "a name or an address was expected", "Name the broker");
        yield return Range("Mqtt:Port", mqtt.Port, 1, 65_535);
        yield return Range("Mqtt:ReceiveMaximum", mqtt.ReceiveMaximum, 1, 65_535);
        yield return Must("Mqtt:Prefix", mqtt.Prefix, mqtt.Prefix.Split('/').All(Names.IsValid), $"levels of {Names.Rule} with slashes between were expected", "Write dxmi");
        yield return Must("Mqtt:Group", mqtt.Group, mqtt.Group.Length == 0 || Names.IsValid(mqtt.Group), $"{Names.Rule} was expected", "Write line");
        foreach (string station in mqtt.PlcStations)
            yield return Must("Mqtt:PlcStations", station, Names.IsValid(station), $"{Names.Rule} was expected", "Rename it");
    }

    private static IEnumerable<DxmiException?> Outputs(LineOptions o)
    {
        for (int i = 0; i < o.Webhooks.Count; i++)
        {
            yield return Must($"Webhooks:{i}:Url", o.Webhooks[i].Url, IsHttp(o.Webhooks[i].Url), "an http or https address was expected", "Correct it");
            yield return Must($"Webhooks:{i}:Secret", $"{o.Webhooks[i].Secret.Length} characters long", o.Webhooks[i].Secret.Length >= LeastSecret, $"{LeastSecret} characters or more were expected",
                "Make one with 'openssl rand -hex 24'");
        }
    }

    private static DxmiException? Recipe(string key, LineOptions o, string? recipe, string station)
        => Must(key, recipe ?? "empty", o.RecipeOf(recipe, station) is not null, $"a recipe for station '{station}' was expected: {string.Join(", ", o.Recipes.Keys)}", "Name one, or name the station in one");

    private static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    internal static bool IsLoopback(Uri url) => url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static DxmiException? Range(string key, double value, double least, double most, string unit = "")
        => Must(key, value + unit, value >= least && value <= most, $"{least} to {most}{unit} was expected", "Correct the value");

    private static DxmiException? Must(string key, object value, bool holds, string expected, string remedy)
        => holds ? null : new DxmiException($"'{key}' is {(value is "" ? "empty" : value)}.", $"{char.ToUpperInvariant(expected[0])}{expected[1..]}.", $"{remedy}.");
}
