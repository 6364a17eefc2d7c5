using DxmiMlNet.Diffusion.Training;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Detection;

/// <summary>Tells the caller how far training is, and the context's log when a phase ends.</summary>
internal sealed class PhaseLog(IChannel channel, IProgress<TrainingProgress>? progress)
{
    public void Report(TrainingProgress state)
    {
        progress?.Report(state);
        if (state.Iteration == state.PhaseIterations)
            channel.Info(MessageSensitivity.None, "{0} done after {1:F1} s: {2}", state.Phase, state.Elapsed.TotalSeconds, state.Metrics?.ToString() ?? "");
    }

    public void Note(string message) => channel.Info(MessageSensitivity.None, "{0}", message);
}
