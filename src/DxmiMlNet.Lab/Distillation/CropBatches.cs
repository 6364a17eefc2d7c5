using DxmiMlNet.Detection.Parts;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>
/// Makes the training batches in the background, some steps ahead. The batch of a step follows from seed and step alone:
/// a resumed run sees the batches that the uninterrupted one would have seen.
/// </summary>
internal sealed class CropBatches(PhotoSet photos, TeacherNetwork teacher, DistillationOptions options)
{
    private readonly Queue<Task<CropBatch>> _ahead = new();
    private readonly Dictionary<long, int[]> _orders = [];
    private int _next = -1;

    /// <summary>The batch of a step; steps are asked for in rising order, one by one.</summary>
    public CropBatch Take(int step)
    {
        if (_next < 0)
            _next = step;
        while (_ahead.Count <= options.TeacherThreads)
        {
            int next = _next++;
            _ahead.Enqueue(Task.Run(() => Training(next)));
        }
        return _ahead.Dequeue().GetAwaiter().GetResult();
    }

    /// <summary>Lets the batches in the making end, so that the teacher can be disposed.</summary>
    public void Drain()
    {
        while (_ahead.TryDequeue(out var task))
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
    }

    /// <summary>The batch of a training step.</summary>
    public CropBatch Training(int step)
    {
        int count = options.BatchSize, side = options.CropSize;
        var crops = new float[count * 3 * side * side];
        for (int i = 0; i < count; i++)
        {
            long position = (long)step * count + i;
            var photo = photos.Training[Order(position)];
            CropAugmentation.Random(photo, new Random(Seeds.Mix(options.Seed, position)), side, crops.AsSpan(i * 3 * side * side, 3 * side * side));
        }
        return Finish(crops, count);
    }

    /// <summary>The fixed batches that measure, one crop a held-out photograph.</summary>
    public IEnumerable<CropBatch> HeldOut()
    {
        int side = options.CropSize;
        foreach (var chunk in photos.HeldOut.Chunk(options.BatchSize))
        {
            var crops = new float[chunk.Length * 3 * side * side];
            for (int i = 0; i < chunk.Length; i++)
                CropAugmentation.Centre(chunk[i], side, crops.AsSpan(i * 3 * side * side, 3 * side * side));
            yield return Finish(crops, chunk.Length);
        }
    }

    private CropBatch Finish(float[] crops, int count)
        => new(TeacherNetwork.Normalised(crops, options.CropSize, InputNormalisation.Mean, InputNormalisation.Deviation),
            teacher.Run(crops, count, options.CropSize));

    /// <summary>Which photograph a position shows: every photograph once an epoch, in an order of its own each epoch.</summary>
    private int Order(long position)
    {
        int n = photos.Training.Length;
        lock (_orders)
        {
            long epoch = position / n;
            if (!_orders.TryGetValue(epoch, out var order))
            {
                _orders.Remove(epoch - 3);
                order = Enumerable.Range(0, n).ToArray();
                new Random(Seeds.Mix(~options.Seed, epoch)).Shuffle(order);
                _orders.Add(epoch, order);
            }
            return order[position % n];
        }
    }
}
