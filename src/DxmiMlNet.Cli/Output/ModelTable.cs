using System.Globalization;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>Prints what is worth knowing of a model.</summary>
internal static class ModelTable
{
    public static void Print(InspectionModelInfo info, IAnsiConsole console)
    {
        var table = new Table().AddColumns("Model", Markup.Escape(info.File ?? "")).Border(TableBorder.Rounded);
        Row("Method", info.Method);
        Row("Fitted", info.Summary);
        Row("Trained", info.TrainedOn is { } day ? $"{Day(day)} with DxmiMlNet {info.Version}, seed {info.Seed}, on {info.FittingImages} good images" : null);
        Row("Calibrated", $"{(info.CalibratedOn is { } calibrated ? Day(calibrated) + ", " : "")}{info.CalibrationImages} good images{(info.CrossFolds > 0 ? $", in {info.CrossFolds} folds" : "")}");
        Row("Backbone", info.BackboneLicence is { } licence ? $"{info.Backbone} ({licence})" : info.Backbone);
        Row("Image size", $"{info.ImageWidth} x {info.ImageHeight}{(info.TileSize is { } tile ? $" in tiles of {tile}" : "")}, {info.PatchColumns} x {info.PatchRows} patches of {info.PatchChannels} values");
        Row("Ignored on every image", info.IgnoredPatches is { } ignored ? $"{ignored} patches" : null);
        Row("Rejects", Rate(info.Alpha, info.RejectThreshold));
        Row("Reviews", Rate(info.ReviewAlpha, info.ReviewThreshold));
        Row("Kinds of parts", info.Categories.Count > 0 ? string.Join(", ", info.Categories) : null);
        Row("Regions", FormattableString.Invariant($"from {info.PixelThreshold:G6} of the map, {info.MinimumArea} pixels or more"));
        Row("File", info.Bytes is { } bytes ? FormattableString.Invariant($"{bytes / 1e6:0.0} MB, SHA-256 {info.Hash}") : null);
        console.Write(table);

        void Row(string name, string? value)
        {
            if (value is not null)
                table.AddRow(name, Markup.Escape(value));
        }
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Rate(double alpha, float? threshold)
        => FormattableString.Invariant($"at most {100 * alpha:G3} % of good parts{(threshold is { } score ? FormattableString.Invariant($", from score {score:G6}") : ", from scores by kind")}");
}
