namespace DxmiMlNet.Decisions;

/// <summary>The calibration of one kind of part, with its thresholds. A score that is not finite cannot be judged and must not pass.</summary>
internal sealed record CategoryCalibration(ConformalCalibration Calibration, float RejectThreshold, float ReviewThreshold)
{
    /// <exception cref="DxmiException">There are too few scores for alpha; the message names the category.</exception>
    public static CategoryCalibration Of(string category, ConformalCalibration calibration, double alpha, double reviewAlpha)
    {
        try
        {
            return new CategoryCalibration(calibration, calibration.Threshold(alpha), calibration.Threshold(reviewAlpha));
        }
        catch (DxmiException e) when (category.Length > 0)
        {
            throw new DxmiException($"Category '{category}': {e.What}", e.Expected, e.Remedy, e);
        }
    }

    public double PValue(float score) => float.IsFinite(score) ? Calibration.PValue(score) : 0;

    public bool IsRejected(float score) => !float.IsFinite(score) || score >= RejectThreshold;

    public string Judge(float score) => IsRejected(score) ? Verdicts.Reject : score >= ReviewThreshold ? Verdicts.Review : Verdicts.Pass;
}
