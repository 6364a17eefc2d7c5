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
if (args is ["sqlite", .. var rest])
    return await new SqliteTrial(Number(rest, 0, 2000), Number(rest, 1, 10)).RunAsync();
Console.Error.WriteLine("Usage: sqlite [PARTS] [SECONDS]   one service on SQLite, HTTP and folder intake, a SIGKILL every so many seconds");
return 2;

static int Number(string[] rest, int place, int otherwise) => rest.Length > place ? int.Parse(rest[place]) : otherwise;
