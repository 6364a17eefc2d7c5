#:project ../src/DxmiMlNet.Interactive/DxmiMlNet.Interactive.csproj
#:package TorchSharp-cpu
using DxmiMlNet.Interactive.Stories;

// %% [markdown]
// # Sensor vectors
//
// The trainer takes any vector, not only patches of images. A press has three sensors that move together; a worn valve breaks that bond, while every value
// stays within its usual range. Limits on single sensors see nothing.

// %%
using DxmiMlNet;
using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Interactive;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

var random = new Random(1);
DataFrame Cycles(int count, bool worn)
{
    var load = Enumerable.Range(0, count).Select(_ => random.NextDouble()).ToArray();
    float Noisy(double value) => (float)(value + 0.02 * (random.NextDouble() + random.NextDouble() - 1));
    return new DataFrame(
        new PrimitiveDataFrameColumn<float>("pressure", load.Select(x => Noisy(0.2 + 0.6 * x))),
        new PrimitiveDataFrameColumn<float>("flow", load.Select(x => Noisy(0.9 - 0.5 * x * x))),
        new PrimitiveDataFrameColumn<float>("temperature", load.Select(x => Noisy(0.3 + 0.4 * Math.Sin(3 * (worn ? random.NextDouble() : x))))));
}

var normal = Cycles(600, worn: false);
normal.Head(5).Display();

// %% [markdown]
// ## Train and calibrate
//
// 400 cycles to learn from, 200 to learn how much good cycles differ: at most 2 % of them will be rejected.

// %%
var ml = new MLContext(seed: 1);
var features = ml.Transforms.Concatenate("Features", "pressure", "flow", "temperature").Append(ml.Transforms.NormalizeMeanVariance("Features"));
var options = new DxmiAnomalyTrainer.Options { HiddenSizes = new[] { 32, 32 }, Iterations = 300 };
var detector = features.Append(ml.AnomalyDetection.Trainers.Dxmi(options)).Fit(normal.Head(400));
var decision = ml.Transforms.CalibrateAnomalyScore(alpha: 0.02).Fit(detector.Transform(normal.Tail(200)));

// %% [markdown]
// ## Score new cycles

// %%
float[] PValues(DataFrame cycles) => decision.Transform(detector.Transform(cycles)).GetColumn<float>("PValue").ToArray();
var goodP = PValues(Cycles(500, worn: false));
var wornP = PValues(Cycles(500, worn: true));
new DataFrame(
    new StringDataFrameColumn("cycles", new[] { "good", "worn valve" }),
    new PrimitiveDataFrameColumn<double>("rejected", new[] { goodP.Average(p => p <= 0.02f ? 1.0 : 0), wornP.Average(p => p <= 0.02f ? 1.0 : 0) })).Display();

// %% [markdown]
// ## Look at one
//
// The view as ML.NET sees it: score, p-value, verdict.

// %%
decision.Transform(detector.Transform(Cycles(5, worn: true))).Display();
