using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Lab.Benchmarking;
using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Lab.Tests.Benchmarking;

[TestClass]
public class FeatureStoreTests
{
    [TestMethod]
    public void Stored_features_are_the_extracted_ones_in_16_bits_in_any_order_and_any_number_of_times()
    {
        using var parts = new SmallParts();
        var ml = new MLContext(1);
        var backbone = BackboneDescription.Load(parts.BackbonePath);
        using var store = FeatureStore.Extract(ml, new() { Backbone = backbone }, parts.Good, parts.File(""), _ => { }, CancellationToken.None);
        using var extraction = ml.Transforms.ExtractPatchFeatures(backbone: backbone).Fit(ml.Data.LoadInspectionImages([]));
        InspectionItem[] some = [parts.Good[7], parts.Good[2], parts.Good[7]];

        var view = store.View(some);

        CollectionAssert.AreEqual(new[] { extraction.Grid.Height, extraction.Grid.Width, extraction.Grid.Channels },
            ((VectorDataViewType)view.Schema["Features"].Type).Dimensions.ToArray());
        for (int pass = 0; pass < 2; pass++)
        {
            float[][] stored = [.. view.GetColumn<float[]>("Features")];
            Assert.HasCount(3, stored);
            for (int i = 0; i < 3; i++)
            {
                using var image = ImageFile.Load(some[i].ImagePath);
                CollectionAssert.AreEqual(extraction.Extract([image]).Select(v => (float)(Half)v).ToArray(), stored[i]);
            }
        }
        Assert.IsGreaterThan(0, store.MsPerImage);
        Assert.IsGreaterThan(extraction.Model.Length / 2, store.ModelBytes);
    }

    [TestMethod]
    [DataRow(new double[] { 5 }, 5)]
    [DataRow(new double[] { 9, 1, 5 }, 5)]
    [DataRow(new double[] { 9, 1, 5, 7 }, 6)]
    public void Median_is_the_middle(double[] values, double expected) => Assert.AreEqual(expected, FeatureStore.Median([.. values]));
}
