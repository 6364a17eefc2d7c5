using System.Globalization;
using System.IO.Compression;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images;
using Microsoft.ML;

namespace DxmiMlNet.Fuzz;

/// <summary>Damaged images, models, CSV files and backbone descriptions, through the public API.</summary>
internal static class FuzzRun
{
    private const long MostMegabytes = 1000;

    public static int Run(int seed, int images, int models, int descriptions)
    {
        using var place = new FuzzPlace();
        string model = TrainModel(place);
        var tallies = new[]
        {
            Images(seed, images, model, place),
            Models(seed, models, model, place),
            Tables(seed, descriptions, place),
            Descriptions(seed, descriptions, place),
        };
        foreach (var tally in tallies)
            tally.Print();
        string[] strays = place.Strays();
        Console.WriteLine($"Files written outside the output folder: {strays.Length}.");
        foreach (string stray in strays)
            Console.WriteLine($"  {stray}");
        long peak = PeakMegabytes();
        Console.WriteLine($"Peak memory: {peak} MB, of at most {MostMegabytes}.");
        return tallies.Any(tally => tally.Faults > 0) || strays.Length > 0 || peak > MostMegabytes ? 1 : 0;
    }

    private static string TrainModel(FuzzPlace place)
    {
        using var parts = new SmallParts();
        using var trained = SmallTraining.Train(parts).Model;
        trained.Save(place.Input("model.zip"));
        return place.Input("model.zip");
    }

    // Every image is decoded; every tenth goes the whole way into a folder of results, under a name that tries to leave it.
    private static Tally Images(int seed, int count, string modelPath, FuzzPlace place)
    {
        var tally = new Tally("Images");
        using var model = InspectionModel.Load(modelPath);
        using var results = new ResultFolder(place.Output("results"), place.Output("."), model, new ResultFolderOptions { Maps = MapFormat.Float32, Masks = true });
        for (int i = 0; i < count; i++)
        {
            var random = new Random(HashCode(seed, i));
            var (name, file) = ImageSeeds.All[i % ImageSeeds.All.Length];
            byte[] damaged = Mutation.Of(file, random);
            if (name.EndsWith(".png", StringComparison.Ordinal) && random.Next(2) == 0)
                Mutation.RepairPng(damaged);
            tally.Try($"image {i} of {name}", () =>
            {
                if (i % 10 == 0)
                    return Inspect(model, results, damaged, $"../{i}-{name}");
                using var image = ImageFile.Load(damaged, name);
                return null;
            });
        }
        return tally;
    }

    private static string? Inspect(InspectionModel model, ResultFolder results, byte[] damaged, string name)
    {
        using var result = model.Inspect(InspectionSource.Encoded(damaged, name), results.Settings);
        var record = results.Add(result);
        if (result.Error is { } error)
            throw error;
        return record.Error is null && float.IsFinite(result.Score) ? null : $"score {result.Score}, {record.Error}";
    }

    // Half of them are damaged within an entry and packed again, with checksums that fit: only the stages' own stand between that and a wrong score.
    private static Tally Models(int seed, int count, string modelPath, FuzzPlace place)
    {
        var tally = new Tally("Models");
        byte[] whole = File.ReadAllBytes(modelPath);
        float score;
        using (var model = InspectionModel.Load(modelPath))
            score = Score(model);
        for (int i = 0; i < count; i++)
        {
            var random = new Random(HashCode(seed, i));
            File.WriteAllBytes(place.Input("damaged.zip"), i % 2 == 0 ? Mutation.Of(whole, random) : WithDamagedEntry(whole, random));
            tally.Try($"model {i}", () =>
            {
                using var model = InspectionModel.Load(place.Input("damaged.zip"));
                float other = Score(model);
                return other == score ? null : $"was accepted, and scores {other} in place of {score}";
            });
        }
        return tally;
    }

    private static float Score(InspectionModel model)
    {
        var result = model.Inspect(InspectionSource.Encoded(ImageSeeds.All[0].File, "whole.png"));
        return result.Error is { } error ? throw error : result.Score;
    }

    private static byte[] WithDamagedEntry(byte[] zip, Random random)
    {
        using var from = new ZipArchive(new MemoryStream(zip), ZipArchiveMode.Read);
        int chosen = random.Next(from.Entries.Count);
        var copy = new MemoryStream();
        using (var to = new ZipArchive(copy, ZipArchiveMode.Create, leaveOpen: true))
            for (int e = 0; e < from.Entries.Count; e++)
            {
                using var content = new MemoryStream();
                using (var source = from.Entries[e].Open())
                    source.CopyTo(content);
                using var target = to.CreateEntry(from.Entries[e].FullName, CompressionLevel.Fastest).Open();
                target.Write(e == chosen ? Mutation.Of(content.ToArray(), random) : content.ToArray());
            }
        return copy.ToArray();
    }

    private static Tally Tables(int seed, int count, FuzzPlace place)
    {
        var tally = new Tally("CSV descriptions");
        File.WriteAllBytes(place.Input("a.png"), ImageSeeds.All[0].File);
        File.WriteAllBytes(place.Input("b, \"c\".png"), ImageSeeds.All[2].File);
        string[] seeds =
        [
            "image,label,mask,split,category,defect\na.png,0,,train,part,good\n\"b, \"\"c\"\".png\",1,a.png,test,part,scratch\n",
            "image;label\r\na.png;good\r\n\"b, \"\"c\"\".png\";anomaly\r\n",
            "image\tdefect\na.png\t\n",
            "image\na.png\n",
        ];
        for (int i = 0; i < count; i++)
        {
            File.WriteAllBytes(place.Input("list.csv"), Mutation.OfText(seeds[i % seeds.Length], new Random(HashCode(seed, i))));
            tally.Try($"CSV {i}", () => InspectionDataset.Read(place.Input("list.csv")).All(item => Path.GetFullPath(item.ImagePath).StartsWith(place.Input(""), StringComparison.Ordinal))
                ? null : "an image outside of the folder was accepted");
        }
        return tally;
    }

    private static Tally Descriptions(int seed, int count, FuzzPlace place)
    {
        var tally = new Tally("JSON descriptions");
        string whole = File.ReadAllText(TinyBackbone.Write(place.Input("")));
        for (int i = 0; i < count; i++)
        {
            File.WriteAllBytes(place.Input("backbone.json"), Mutation.OfText(whole, new Random(HashCode(seed, i))));
            tally.Try($"JSON {i}", () =>
            {
                var description = BackboneDescription.Load(place.Input("backbone.json"));
                var mlContext = new MLContext();
                using var features = mlContext.Transforms.ExtractPatchFeatures(new PatchFeatureEstimator.Options { Backbone = description })
                    .Fit(mlContext.Data.LoadInspectionImages([]));
                return null;
            });
        }
        return tally;
    }

    // The same on every machine.
    private static int HashCode(int seed, int number) => unchecked(seed * 1_000_003 + number);

    private static long PeakMegabytes()
    {
        foreach (string line in File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status") : [])
            if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        return Environment.WorkingSet >> 20;
    }
}
