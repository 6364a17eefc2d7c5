using System.Collections.Concurrent;
using DxmiMlNet.Images;
using Microsoft.ML;

namespace DxmiMlNet;

/// <summary>Inspects images in parallel and gives the results in the images' order, with a bounded number of them in memory.</summary>
internal static class InspectionBatch
{
    public static IEnumerable<InspectionResult> Run(ITransformer model, IEnumerable<InspectionItem> items, InspectionSettings settings,
        CancellationToken cancellation)
    {
        var idle = new ConcurrentBag<ImageInspector>();
        var pending = new Queue<Task<InspectionResult>>();
        using var slots = new SemaphoreSlim(settings.Parallelism);
        try
        {
            foreach (var item in items)
            {
                cancellation.ThrowIfCancellationRequested();
                pending.Enqueue(Start(item));
                // Twice as many as are in work, so that a slow image does not idle the others.
                if (pending.Count >= 2 * settings.Parallelism)
                    yield return pending.Dequeue().GetAwaiter().GetResult();
            }
            while (pending.Count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return pending.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            foreach (var task in pending)
                task.GetAwaiter().GetResult().Dispose();
            foreach (var inspector in idle)
                inspector.Dispose();
        }

        async Task<InspectionResult> Start(InspectionItem item)
        {
            await slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                return await Task.Run(() => Inspect(item), CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                slots.Release();
            }
        }

        InspectionResult Inspect(InspectionItem item)
        {
            if (!idle.TryTake(out var inspector))
                inspector = new ImageInspector(model, settings);
            try
            {
                return inspector.Inspect(item);
            }
            finally
            {
                idle.Add(inspector);
            }
        }
    }
}
