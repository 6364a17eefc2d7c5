using System.Data.Common;

namespace DxmiMlNet.Line;

/// <summary>Whether the service can keep what it promises.</summary>
internal sealed class Readiness(IJournal journal, LiveModels models, PartIntake intake)
{
    /// <summary>Why not; empty where it can.</summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync(CancellationToken cancellation)
    {
        var problems = new List<string>();
        problems.AddRange(models.Missing.Select(recipe => $"recipe '{recipe}' has no live model"));
        try
        {
            if (!intake.HasRoom)
                problems.Add("the disk is full");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add("the image folder does not answer");
        }
        try
        {
            var queue = await journal.QueueAsync(cancellation).ConfigureAwait(false);
            if (queue.Pending >= queue.Capacity)
                problems.Add("the queue is full");
        }
        catch (DbException)
        {
            problems.Add("the journal does not answer");
        }
        if (intake.Paused)
            problems.Add("intake is paused");
        return problems;
    }
}
