using System.Runtime.CompilerServices;
using DxmiMlNet.Onnx;

namespace DxmiMlNet;

/// <summary>Inspects images in parallel and gives the results in the images' order, with a bounded number of them in memory.</summary>
internal static class InspectionBatch
{
    public static IEnumerable<InspectionResult> Run(InspectionModel model, IEnumerable<InspectionSource> sources, InspectionSettings settings,
        CancellationToken cancellation)
    {
        var pending = new Queue<Task<InspectionResult>>();
        using var slots = new SemaphoreSlim(settings.Parallelism);
        try
        {
            foreach (var source in sources)
            {
                cancellation.ThrowIfCancellationRequested();
                pending.Enqueue(Start(model, source, settings, slots));
                if (pending.Count >= Room(settings))
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
        }
    }

    public static async IAsyncEnumerable<InspectionResult> RunAsync(InspectionModel model, IAsyncEnumerable<InspectionSource> sources, InspectionSettings settings,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pending = new Queue<Task<InspectionResult>>();
        using var slots = new SemaphoreSlim(settings.Parallelism);
        await using var source = sources.GetAsyncEnumerator(cancellation);
        Task<bool>? next = null;
        try
        {
            next = source.MoveNextAsync().AsTask();
            while (next is not null || pending.Count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                // A finished result does not wait for a source that is slow: a camera may pause for hours.
                if (next is null || (pending.TryPeek(out var first) && (first.IsCompleted || pending.Count >= Room(settings) || await Task.WhenAny(first, next).ConfigureAwait(false) == first)))
                {
                    yield return await pending.Dequeue().ConfigureAwait(false);
                    continue;
                }
                bool moved = await next.ConfigureAwait(false);
                if (moved)
                    pending.Enqueue(Start(model, source.Current, settings, slots));
                next = moved ? source.MoveNextAsync().AsTask() : null;
            }
        }
        finally
        {
            foreach (var task in pending)
                (await task.ConfigureAwait(false)).Dispose();
            if (next is not null)
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // a source may not be disposed while it moves
        }
    }

    // Twice as many as are in work, so that a slow image does not idle the others.
    private static int Room(InspectionSettings settings) => 2 * settings.Parallelism;

    // Images side by side share the threads: they need not wait for each other, as threads inside one image do at every layer.
    private static int Threads(InspectionSettings settings) => Math.Max(1, InferenceSettings.Threads / settings.Parallelism);

    private static async Task<InspectionResult> Start(InspectionModel model, InspectionSource source, InspectionSettings settings, SemaphoreSlim slots)
    {
        await slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => model.Inspect(source, settings, Threads(settings)), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }
    }
}
