#:project ../src/DxmiMlNet.Interactive/DxmiMlNet.Interactive.csproj
#:package TorchSharp-cpu
using DxmiMlNet.Interactive.Stories;

// %% [markdown]
// # Deploy
//
// A trained model is one file. It is loaded by any program that references DxmiMlNet, by ML.NET, by the `dxmi` command, and as a plain ONNX file by anything
// that runs ONNX. All give the same score for the same bytes.

// %%
using System.IO;
using DxmiMlNet;
using DxmiMlNet.Images;
using DxmiMlNet.Interactive;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var parts = InspectionDataset.Read(Directory.Exists("data") ? "data/brushed-metal" : "../data/brushed-metal");
var good = parts.Where(part => part is { Split: InspectionSplit.Train, IsAnomalous: false });
var folder = Directory.CreateTempSubdirectory("dxmi-story-").FullName;
var file = Path.Combine(folder, "parts.zip");
InspectionTraining.Train(good, new InspectionTrainingOptions { Detector = InspectionDetector.Padim() }).Model.Save(file);
var model = InspectionModel.Load(file);
model.Describe().Display();

// %% [markdown]
// ## From a stream
//
// A camera, a web request, a blob: nothing has to be a file.

// %%
var photograph = parts.First(part => part.DefectType == "dent").ImagePath;
var fromStream = model.Inspect(new MemoryStream(File.ReadAllBytes(photograph)), "from a stream");
var fromFile = model.Inspect(photograph);
$"{fromStream.Verdict}, score {fromStream.Score}; from the file {fromFile.Score}".Display();

// %% [markdown]
// ## As ONNX
//
// The exported file takes pixels as bytes, [N, H, W, 3], at any size, and gives score, p-value, verdict and map. Resizing, thresholds and calibration are
// inside. Here it is run by ONNX Runtime alone.

// %%
var onnx = Path.Combine(folder, "parts.onnx");
model.ExportOnnx(onnx);

var image = ImageFile.Load(photograph);
var channels = image.Pixels.Length / (image.Width * image.Height);
var pixels = new DenseTensor<byte>(new[] { 1, image.Height, image.Width, 3 });
for (int i = 0; i < image.Width * image.Height; i++)
    for (int c = 0; c < 3; c++)
        pixels.Buffer.Span[i * 3 + c] = image.Pixels[i * channels + (image.PixelFormat == Microsoft.ML.Data.MLPixelFormat.Bgra32 ? 2 - c : c)];
var session = new InferenceSession(onnx);
var outputs = session.Run(new[] { NamedOnnxValue.CreateFromTensor("image", pixels) });
$"score {outputs.First(o => o.Name == "score").AsEnumerable<float>().First()}, verdict {outputs.First(o => o.Name == "verdict").AsEnumerable<long>().First()}".Display();

// %% [markdown]
// ## As a pipeline
//
// The same file is an ML.NET model.

// %%
var ml = new MLContext();
var pipeline = ml.Model.Load(file, out _);
pipeline.Transform(ml.Data.LoadInspectionImages(parts.Where(part => part.IsAnomalous))).Display();
