using Microsoft.ML;

namespace DxmiMlNet.Pipeline;

/// <summary>A row model that computes several rows at once. Row by row it is a batch of one, so that both routes give the same values.</summary>
internal interface IBatchModel : IRowModel
{
    /// <summary>How many rows a cursor reads ahead, 1 or more.</summary>
    int BatchSize { get; }

    /// <summary>Room for some rows of one row or cursor.</summary>
    IRowBatch CreateBatch(DataViewRow input, int capacity);

    Delegate?[] IRowModel.CreateGetters(DataViewRow input, Func<int, bool> isActive)
    {
        var batch = CreateBatch(input, 1);
        var cache = new RowCache(input, () =>
        {
            batch.Read(0);
            batch.Compute(1);
        });
        return batch.CreateGetters(() =>
        {
            cache.Update();
            return 0;
        });
    }
}
