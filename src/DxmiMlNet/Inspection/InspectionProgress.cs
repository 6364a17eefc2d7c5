namespace DxmiMlNet;

/// <summary>How far a long piece of work is.</summary>
/// <param name="Stage">What is being done: "Checking images".</param>
/// <param name="Fraction">Share of the stage that is done, 0 to 1.</param>
/// <param name="Detail">Figures worth seeing: "12 of 200"; may be empty.</param>
/// <param name="Remaining">Estimate of the stage's time left where the stage knows better than its fraction tells; else null.</param>
public sealed record InspectionProgress(string Stage, double Fraction, string Detail, TimeSpan? Remaining = null)
{
    /// <summary>Progress of a stage that counts.</summary>
    /// <param name="stage">What is being done.</param>
    /// <param name="done">How many are done.</param>
    /// <param name="total">How many there are.</param>
    public static InspectionProgress Of(string stage, int done, int total) => new(stage, total == 0 ? 1 : (double)done / total, $"{done} of {total}");
}
