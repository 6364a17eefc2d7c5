#:project ../src/DxmiMlNet.Interactive/DxmiMlNet.Interactive.csproj
#:package TorchSharp-cpu
using DxmiMlNet.Interactive.Stories;

// %% [markdown]
// # On the line
//
// The service takes parts in, decides, and keeps a journal. Here it runs beside the notebook on this machine alone, with a simulated camera; its results come
// back over HTTP into a data frame. `DXMI` names the command where it is not installed as the tool `dxmi`.

// %%
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text.Json;
using DxmiMlNet;
using DxmiMlNet.Images;
using DxmiMlNet.Interactive;
using Microsoft.Data.Analysis;

var data = Path.GetFullPath(Directory.Exists("data") ? "data/brushed-metal" : "../data/brushed-metal");
var folder = Directory.CreateTempSubdirectory("dxmi-story-").FullName;
var good = InspectionDataset.Read(data).Where(part => part is { Split: InspectionSplit.Train, IsAnomalous: false });
InspectionTraining.Train(good, new InspectionTrainingOptions { Alpha = 0.1, Detector = InspectionDetector.Padim() }).Model.Save(Path.Combine(folder, "metal.zip"));

// %% [markdown]
// ## Start the service
//
// One file says it all; `dxmi serve --init line.json` writes one with every setting explained. The camera reads a folder, four parts a second.

// %%
var settings = new
{
    DataFolder = Path.Combine(folder, "line"),
    Http = new { Url = "http://127.0.0.1:8529" },
    Recipes = new Dictionary<string, object> { ["default"] = new { ModelFile = Path.Combine(folder, "metal.zip") } },
    Camera = new { Folder = Path.Combine(data, "test"), Station = "cell-1", Rate = 4.0 },
};
File.WriteAllText(Path.Combine(folder, "line.json"), JsonSerializer.Serialize(settings, new JsonSerializerOptions { WriteIndented = true }));

var command = (Environment.GetEnvironmentVariable("DXMI") ?? "dxmi").Split(' ');
var start = new ProcessStartInfo(command[0], command.Skip(1).Concat(new[] { "serve", "--config", Path.Combine(folder, "line.json") })) { RedirectStandardOutput = true };
var service = Process.Start(start);
string listening;
do
    listening = await service.StandardOutput.ReadLineAsync();
while (listening?.StartsWith("Listening") == false);
var log = service.StandardOutput.ReadToEndAsync();   // a pipe that nobody reads stops who writes
(listening ?? "The service ended: see its message above.").Display();

// %% [markdown]
// ## Ask it
//
// A few seconds later there are parts. Every one has a verdict, the model that made it, and how long each step took.

// %%
var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:8529") };
var parts = new List<JsonElement>();
for (int attempt = 0; attempt < 60 && parts.Count < 20; attempt++)
{
    await Task.Delay(500);
    parts = JsonDocument.Parse(await http.GetStringAsync("/v1/parts?limit=500")).RootElement.EnumerateArray()
        .Where(part => part.TryGetProperty("verdict", out var verdict) && verdict.ValueKind == JsonValueKind.Object).ToList();
}
JsonElement Verdict(JsonElement part) => part.GetProperty("verdict");
var frame = new DataFrame(
    new StringDataFrameColumn("part", parts.Select(part => part.GetProperty("partId").GetString())),
    new StringDataFrameColumn("verdict", parts.Select(part => Verdict(part).GetProperty("verdict").GetString())),
    new PrimitiveDataFrameColumn<double>("score", parts.Select(part => Verdict(part).GetProperty("result").GetProperty("score").GetDouble())),
    new PrimitiveDataFrameColumn<double>("ms", parts.Select(part => Verdict(part).GetProperty("timings").GetProperty("total").GetDouble())));
frame.Display();

// %% [markdown]
// ## What became of them

// %%
frame.GroupBy("verdict").Mean("score", "ms").Display();

// %%
service.Kill(entireProcessTree: true);
service.WaitForExit();
$"{parts.Count} parts were read back".Display();
