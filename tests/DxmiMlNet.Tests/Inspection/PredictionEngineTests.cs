using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Tests;

/// <summary>A loaded model in ML.NET's own PredictionEngine.</summary>
[TestClass]
public class PredictionEngineTests
{
    // <prediction>
    public class Photograph
    {
        [ImageType(1, 1)]   // any size: the model resizes
        public MLImage? Image { get; set; }
    }

    public class Inspection
    {
        public float Score { get; set; }
        public string Verdict { get; set; } = "";
    }
    // </prediction>

    // Defect 7: the schema that a file holds lacks Image, for ML.NET cannot write that of an image column; the types say it in its place.
    [TestMethod]
    public void A_model_that_was_loaded_works_in_a_PredictionEngine_whose_types_name_the_columns()
    {
        using var parts = new SmallParts();
        using (var trained = InspectionTraining.Train(parts.Good, SmallTraining.Options(parts)).Model)
            trained.Save(parts.File("parts.zip"));

        var ml = new MLContext();
        var model = ml.Model.Load(parts.File("parts.zip"), out _);
        using var engine = ml.Model.CreatePredictionEngine<Photograph, Inspection>(model);
        using var image = ImageFile.Load(parts.Test[^1].ImagePath);
        var inspected = engine.Predict(new Photograph { Image = image });

        using var expected = InspectionModel.Load(parts.File("parts.zip"));
        var result = expected.Inspect(parts.Test[^1].ImagePath);
        Assert.AreEqual(result.Score, inspected.Score, 1e-5f * Math.Abs(result.Score));
        Assert.AreEqual(result.Verdict, inspected.Verdict);
    }
}
