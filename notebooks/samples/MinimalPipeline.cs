using DxmiMlNet.Images;
using Microsoft.ML;

namespace DxmiMlNet.Samples;

/// <summary>An inspection as an ML.NET pipeline: good photographs in, one model file out.</summary>
public static class MinimalPipeline
{
    public static ITransformer Train(MLContext ml, IReadOnlyList<InspectionItem> good, string modelFile)
    {
        int held = Math.Max(19, good.Count / 5);   // 19 good images or more for a false-reject rate of 5 %
        var fitting = ml.Data.LoadInspectionImages(good.SkipLast(held));
        var calibration = ml.Data.LoadInspectionImages(good.TakeLast(held));

        var detect = ml.Transforms.ExtractPatchFeatures().Append(ml.AnomalyDetection.Trainers.Padim()).Fit(fitting);
        var decide = ml.Transforms.CalibrateAnomalyScore(alpha: 0.05).Fit(detect.Transform(calibration));
        var model = detect.Append(decide);
        ml.Model.Save(model, null, modelFile);
        return model;
    }
}
