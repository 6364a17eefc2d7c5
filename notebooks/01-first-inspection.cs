#:project ../src/DxmiMlNet.Interactive/DxmiMlNet.Interactive.csproj
#:package TorchSharp-cpu
using DxmiMlNet.Interactive.Stories;

// %% [markdown]
// # A first inspection
//
// Sixty photographs of good metal parts are enough: the model learns what normal looks like, and keeps some of them back to learn how much good parts
// differ. From then on every new part gets a score, a heat map, and a verdict. At most 5 % of good parts will be rejected: that is promised beforehand.

// %%
using System.IO;
using DxmiMlNet;
using DxmiMlNet.Images;
using DxmiMlNet.Interactive;

var parts = InspectionDataset.Read(Directory.Exists("data") ? "data/brushed-metal" : "../data/brushed-metal");

var progress = new TrainingProgressView();
var shown = progress.Display();
progress.Changed = () => shown.Update(progress);

var good = parts.Where(part => part is { Split: InspectionSplit.Train, IsAnomalous: false });
var model = InspectionTraining.Train(good, new InspectionTrainingOptions { Alpha = 0.05 }, progress).Model;

// %% [markdown]
// ## One part
//
// The photograph, and the map drawn over it: what is warm is what good parts do not look like.

// %%
var scratched = parts.First(part => part.DefectType == "scratch");
model.Inspect(scratched.ImagePath, new InspectionSettings { Overlays = true }).Display();

// %% [markdown]
// ## All of them
//
// A test set with labels says how well it works: how well the scores order good and defective parts, and what the verdicts do.

// %%
var evaluation = InspectionEvaluation.Run(model, parts.Where(part => part.Split == InspectionSplit.Test));
new HtmlPiece(evaluation.ToHtml(model)).Display();

// %% [markdown]
// The model is one file. `dxmi inspect --model first.zip --input photos/new --output results` uses it on a machine that knows nothing of training.

// %%
var file = Path.Combine(Directory.CreateTempSubdirectory("dxmi-story-").FullName, "first.zip");
model.Save(file);
$"{Path.GetFileName(file)}: {new FileInfo(file).Length / 1e6:F1} MB, image AUROC {evaluation.Metrics.ImageAuroc:F3}".Display();
