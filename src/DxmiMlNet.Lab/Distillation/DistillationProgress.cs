namespace DxmiMlNet.Lab.Distillation;

/// <summary>Where a distillation stands, after a step.</summary>
/// <param name="Step">Steps done, over all resumed runs.</param>
/// <param name="Loss">Training loss, a running mean over about 100 steps.</param>
/// <param name="HeldOutLoss">The last measured held-out loss: the share of the teacher's variance that stays unexplained, mean over the taps. NaN before the first.</param>
/// <param name="CropsPerSecond">Crops learned from a second, since this run began.</param>
/// <param name="Elapsed">Training time, over all resumed runs.</param>
/// <param name="Remaining">Expected time left.</param>
public sealed record DistillationProgress(int Step, double Loss, double HeldOutLoss, double CropsPerSecond, TimeSpan Elapsed, TimeSpan Remaining);
