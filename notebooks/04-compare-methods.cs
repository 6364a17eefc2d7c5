#:project ../src/DxmiMlNet.Lab/DxmiMlNet.Lab.csproj
#:project ../src/DxmiMlNet.Interactive/DxmiMlNet.Interactive.csproj
#:package TorchSharp-cpu
using DxmiMlNet.Interactive.Stories;

// %% [markdown]
// # Methods compared
//
// DxMI, PatchCore and PaDiM see the same patches, and each tells normal from not in its own way. No method is the best on all parts, so compare them on
// your own: the labelled images may be few.

// %%
using System.IO;
using DxmiMlNet;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Images;
using DxmiMlNet.Interactive;
using DxmiMlNet.Reports;
using Microsoft.Data.Analysis;

var parts = InspectionDataset.Read(Directory.Exists("data") ? "data/woven-fabric" : "../data/woven-fabric");
var good = parts.Where(part => part is { Split: InspectionSplit.Train, IsAnomalous: false }).ToArray();
var test = parts.Where(part => part.Split == InspectionSplit.Test).ToArray();

var models = InspectionDetector.Names.ToDictionary(name => name,
    name => InspectionTraining.Train(good, new InspectionTrainingOptions { Alpha = 0.1, Detector = InspectionDetector.Of(name) }).Model);
var evaluations = models.ToDictionary(entry => entry.Key, entry => InspectionEvaluation.Run(entry.Value, test));

// %% [markdown]
// ## As a table
//
// A data frame can be sorted, joined, saved as CSV.

// %%
var frame = new DataFrame(
    new StringDataFrameColumn("method", evaluations.Keys),
    new PrimitiveDataFrameColumn<double>("image AUROC", evaluations.Values.Select(e => e.Metrics.ImageAuroc)),
    new PrimitiveDataFrameColumn<double>("pixel AUROC", evaluations.Values.Select(e => e.Metrics.PixelAuroc)),
    new PrimitiveDataFrameColumn<double>("AUPRO", evaluations.Values.Select(e => e.Metrics.Aupro)),
    new PrimitiveDataFrameColumn<double>("good rejected", evaluations.Values.Select(e => e.Metrics.FalseRejectRate)));
frame.OrderByDescending("image AUROC").Display();

// %% [markdown]
// ## By kind of defect

// %%
var kinds = test.Where(part => part.IsAnomalous).Select(part => part.DefectType).Distinct().ToArray();
var byKind = new DataFrame(new StringDataFrameColumn("defect", kinds));
foreach (var (name, evaluation) in evaluations)
    byKind.Columns.Add(new PrimitiveDataFrameColumn<double>(name, kinds.Select(kind => evaluation.Metrics.ByDefect[kind].ImageAuroc)));
byKind.Display();

// %% [markdown]
// ## As plots: ROC curves in one drawing

// %%
var curves = evaluations.Select(entry =>
{
    var scored = entry.Value.Results.OrderByDescending(result => result.Score).ToArray();
    int goods = scored.Count(result => !result.Item.IsAnomalous), bads = scored.Length - goods, x = 0, y = 0;
    var points = new List<(double X, double Y)> { (0, 0) };
    foreach (var result in scored)
        points.Add(result.Item.IsAnomalous ? ((double)x / goods, (double)++y / bads) : ((double)++x / goods, (double)y / bads));
    return (entry.Key, (IReadOnlyList<(double X, double Y)>)points);
}).ToArray();
new HtmlPiece(HtmlFragment.Curves("defects found", "good parts rejected", curves)).Display();

// %% [markdown]
// ## A part that one finds and another lets pass

// %%
var passed = evaluations["patchcore"].Results.Where(result => !result.IsRejected).Select(result => result.Name).ToHashSet();
var missed = evaluations["dxmi"].Results.Where(result => result.Item.IsAnomalous && passed.Contains(result.Name)).MaxBy(result => result.Score).Item;
foreach (var (name, model) in models)
{
    name.Display();
    model.Inspect(missed.ImagePath, new InspectionSettings { Overlays = true }).Display();
}
