using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

// Usage: DxmiMlNet.PlainConsumer MODEL.zip IMAGE
// Not one call of DxmiMlNet: ML.NET finds the stages by what the model file says.
var mlContext = new MLContext();
var model = mlContext.Model.Load(args[0], out _);
using var engine = mlContext.Model.CreatePredictionEngine<Photograph, Inspection>(model);
using var image = MLImage.CreateFromFile(args[1]);
var result = engine.Predict(new Photograph { Image = image });
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Score:R} {result.Verdict}"));

internal sealed class Photograph
{
    [ImageType(1, 1)]   // ML.NET asks for a size here; photographs of any size are inspected
    public MLImage? Image { get; set; }
}

internal sealed class Inspection
{
    public float Score { get; set; }
    public string Verdict { get; set; } = "";
}
