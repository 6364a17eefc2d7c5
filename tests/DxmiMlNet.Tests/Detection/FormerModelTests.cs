using System.IO.Compression;
using DxmiMlNet.Detection;
using DxmiMlNet.Detection.Padim;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class FormerModelTests
{
    [TestMethod]
    public void A_detector_saved_before_there_were_samplers_loads_and_scores_the_same()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(FeatureGrid.Make(10, 1));
        using var model = ml.AnomalyDetection.Trainers.Padim().Fit(data);
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        ToFirstVersion(stream);
        var loaded = ml.Model.Load(stream, out _);
        CollectionAssert.AreEqual(model.Transform(data).GetColumn<float>("Score").ToArray(), loaded.Transform(data).GetColumn<float>("Score").ToArray());
    }

    // Version 1 ended with the graph; version 2 goes on with whether there is a sampler, one byte where there is none.
    private static void ToFirstVersion(MemoryStream model)
    {
        using (var zip = new ZipArchive(model, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = zip.Entries.Single(e => e.Name == "DxmiState");
            using var payload = entry.Open();
            Assert.AreEqual(2, new BinaryReader(payload).ReadInt32());
            payload.Position = 0;
            payload.Write(BitConverter.GetBytes(1));
            payload.SetLength(payload.Length - 1);
        }
        model.Position = 0;
    }
}
