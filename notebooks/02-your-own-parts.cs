#:project ../src/DxmiMlNet.Interactive/DxmiMlNet.Interactive.csproj
#:package TorchSharp-cpu
using DxmiMlNet.Interactive.Stories;

// %% [markdown]
// # Your own parts
//
// Point `folder` at photographs of good parts of your own. Here it is a folder of printed boards: `train/good` to learn from, `test` with a few known
// defects. A plain folder of good images does as well; the defects are only for checking.

// %%
using System.IO;
using DxmiMlNet;
using DxmiMlNet.Images;
using DxmiMlNet.Interactive;
using Microsoft.Data.Analysis;

var folder = Directory.Exists("data") ? "data/printed-board" : "../data/printed-board";
var parts = InspectionDataset.Read(folder);
var good = parts.Where(part => part is { Split: InspectionSplit.Train, IsAnomalous: false }).ToArray();
var defects = parts.Where(part => part.IsAnomalous).ToArray();
$"{good.Length} good parts, {defects.Length} known defects".Display();

// %% [markdown]
// ## Train
//
// Any method can be trained; PaDiM takes seconds, and DxMI (the default) a minute. Every fifth good part is held back for calibration.

// %%
var training = InspectionTraining.Train(good, new InspectionTrainingOptions { Alpha = 0.05, Detector = InspectionDetector.Padim() });
var model = training.Model;
string.Join("\n", training.Warnings.Prepend($"fitted on {training.FittingImages}, calibrated on {training.CalibrationImages}")).Display();

// %% [markdown]
// ## Choose alpha
//
// Alpha is the share of good parts that may be rejected. A larger one catches more defects. With a few known defects the trade can be seen before it is
// made; a rate that needs more calibration images than there are is left out.

// %%
var caught = InspectionCalibration.Caught(model, defects, new[] { 0.08, 0.1, 0.15, 0.2, 0.3 });
new DataFrame(
    new PrimitiveDataFrameColumn<double>("alpha", caught.Select(c => c.Alpha)),
    new PrimitiveDataFrameColumn<int>("caught", caught.Select(c => c.Caught)),
    new PrimitiveDataFrameColumn<double>("share", caught.Select(c => c.Share))).Display();

// %% [markdown]
// Other rates need no new training.

// %%
model = InspectionCalibration.WithRates(model, alpha: 0.1, reviewAlpha: 0.2);
$"review from a score of {model.Describe().ReviewThreshold:G4}, reject from {model.Describe().RejectThreshold:G4}".Display();

// %% [markdown]
// ## Look at regions
//
// Every region has its place, its size and its peak.

// %%
var settings = new InspectionSettings { Overlays = true };
model.Inspect(defects.GroupBy(part => part.DefectType).Select(kind => kind.First()), settings).ToArray().Display();

// %% [markdown]
// ## What is not to be looked at
//
// A region of interest is a picture, white where parts are inspected. It belongs to the model: here the left half of the board.

// %%
var (height, width) = ImageFile.ReadSize(good[0].ImagePath);
var inspected = new bool[height * width];
for (int y = 0; y < height; y++)
    Array.Fill(inspected, true, y * width, width / 2);
var roi = Path.Combine(Directory.CreateTempSubdirectory("dxmi-story-").FullName, "roi.png");
MaskFile.Save(inspected, height, width, roi);

var halved = InspectionTraining.Train(good, new InspectionTrainingOptions { RoiPath = roi, Detector = InspectionDetector.Padim() }).Model;
halved.Inspect(defects.GroupBy(part => part.DefectType).Select(kind => kind.First()), settings).ToArray().Display();

// %% [markdown]
// ## Small defects
//
// At the default size a defect of a few pixels vanishes. A larger image is computed in overlapping tiles, for that many times the work.

// %%
var fine = InspectionTraining.Train(good, new InspectionTrainingOptions { ImageSize = 320, TileSize = 160, TileOverlap = 80, Detector = InspectionDetector.Padim() }).Model;
fine.Inspect(defects.First(part => part.DefectType == "scratch").ImagePath, settings).Display();
