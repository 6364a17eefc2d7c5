using Microsoft.ML;

namespace DxmiMlNet.Samples;

/// <summary>ML.NET's own image stages before ours: paths in a column, loaded and resized by them.</summary>
public static class StockImages
{
    public sealed class Photograph
    {
        public string Path { get; set; } = "";
    }

    public static IEstimator<ITransformer> Pipeline(MLContext ml)
        => ml.Transforms.LoadImages("Image", imageFolder: "", inputColumnName: nameof(Photograph.Path))
            .Append(ml.Transforms.ResizeImages("Image", imageWidth: 256, imageHeight: 256))
            .Append(ml.Transforms.ExtractPatchFeatures())
            .Append(ml.AnomalyDetection.Trainers.Padim());
}
