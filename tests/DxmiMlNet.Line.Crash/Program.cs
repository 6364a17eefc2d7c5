using DxmiMlNet.Line;
using DxmiMlNet.Line.Crash;
using Microsoft.AspNetCore.Builder;

// One service in a process of its own, which the trial kills.
if (args is ["serve", var settings])
{
    await using var app = LineHost.Create(LineConfiguration.Load(settings));
    await app.RunAsync();
    return 0;
}
string verb = args.Length > 0 ? args[0] : "";
string[] rest = args.Length > 1 ? args[1..] : [];
switch (verb)
{
    case "sqlite":
        return await new SqliteTrial((int)Number(0, 2000), (int)Number(1, 10)).RunAsync();
    case "shared":
        return await new SharedTrial((int)Number(0, 5000), (int)Number(1, 20)).RunAsync();
    case "load":
        return await new LoadTrial((int)Number(0, 300), (int)Number(1, 16), Number(2, 0.8)).RunAsync();
    case "hostile":
        return await new HostileTrial((int)Number(0, 5000), (int)Number(1, 1)).RunAsync();
    case "disk":
        using (var trial = new DiskTrial((int)Number(0, 48)))
            return await trial.RunAsync();
    case "models":
        return await new ModelTrial((int)Number(0, 60)).RunAsync();
    case "gain":
        return await new GainTrial(Number(0, 1.1), (int)Number(1, 5), (int)Number(2, 50)).RunAsync();
    default:
        Console.Error.WriteLine("""
            sqlite  [PARTS=2000] [SECONDS=10]                 one service on SQLite, HTTP and folder intake, a SIGKILL every so many seconds
            shared  [PARTS=5000] [SECONDS=20]                 two services on PostgreSQL and MQTT, one killed every so many seconds, the broker restarted twice, the database killed once
            load    [SECONDS=300] [CONNECTIONS=16] [SHARE=0.8]  latencies, own time and memory at a share of what the service can do
            hostile [REQUESTS=5000] [SEED=1]                  requests that no honest sender makes
            disk    [MEGABYTES=48]                            a full file system (needs root to mount one)
            models  [SECONDS=60]                              models switched, shadowed and rolled back under load
            gain    [GAIN=1.1] [RUNS=5] [WITHIN=50]           after how many parts a change of the light is noticed
            """);
        return 2;
}

double Number(int place, double otherwise) => rest.Length > place ? double.Parse(rest[place], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
