using DxmiMlNet;
using DxmiMlNet.Images;

// dotnet run -- GOOD_PHOTOGRAPHS NEW_PHOTOGRAPHS [RESULTS]: trains once, then inspects.
if (args is not [var good, var input, ..])
{
    Console.Error.WriteLine("Usage: dotnet run -- GOOD_PHOTOGRAPHS NEW_PHOTOGRAPHS [RESULTS]");
    return 2;
}
string results = args.ElementAtOrDefault(2) ?? "results";
const string ModelFile = "model.zip";

try
{
    if (!File.Exists(ModelFile))
    {
        // At most 5 % of good parts will be rejected. 19 good photographs or more are held back to promise that.
        var progress = new Progress<InspectionProgress>(p => Console.Error.Write($"\r{p.Stage} {p.Fraction:P0}      "));
        using var trained = InspectionTraining.Train(InspectionDataset.Read(good), new InspectionTrainingOptions { Alpha = 0.05, CrossFolds = 5 }, progress).Model;
        trained.Save(ModelFile);
        Console.Error.WriteLine();
    }

    using var model = InspectionModel.Load(ModelFile);
    Directory.CreateDirectory(results);
    foreach (var result in model.Inspect(InspectionDataset.Read(input), new InspectionSettings { Overlays = true }))
        using (result)
        {
            Console.WriteLine(result.Error is { } error ? $"{result.Name}: {error.Message}" : $"{result.Name}: {result.Verdict}, p = {result.PValue:F3}, {result.Regions.Count} regions");
            if (result.Overlay is { } overlay)
                ImageFile.Save(overlay, Path.Combine(results, Path.GetFileNameWithoutExtension(result.Name) + ".png"));
        }
    return 0;
}
catch (DxmiException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
