using DxmiMlNet.Export;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>export</c> reports.</summary>
internal sealed record ExportSummary(string File, long Bytes, int ComparedImages, double LargestDifference, OnnxQuantizationReport? Quantization, double Seconds)
{
    public void Print(IAnsiConsole console)
    {
        console.WriteLine(FormattableString.Invariant(
            $"{File}: {Bytes / 1e6:0.0} MB. On {ComparedImages} images it differs from the model by at most {LargestDifference:0.0e+0} of the score")
            + (Quantization is null ? "." : ", before it was quantised."));
        if (Quantization is { } q)
            console.WriteLine(FormattableString.Invariant(
                $"In 8 bits {q.MsAfter:0.0} ms an image where 32 bits take {q.MsBefore:0.0}; image AUROC {q.AurocAfter:0.0000} after {q.AurocBefore:0.0000}; ")
                + FormattableString.Invariant($"{q.OtherVerdicts} of {q.LabelledImages} verdicts are others."));
    }
}
