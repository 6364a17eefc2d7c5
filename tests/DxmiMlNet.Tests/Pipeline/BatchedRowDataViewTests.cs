using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Pipeline;

[TestClass]
public class BatchedRowDataViewTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void Rows_are_computed_in_batches_and_served_beside_their_own_columns()
    {
        var model = new Doubling(batchSize: 4);
        var rows = Rows(View(10, model));
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).Select(i => ((float)i, 2f * i)).ToArray(), rows);
        CollectionAssert.AreEqual(new[] { 4, 4, 2 }, model.Batches);
    }

    [TestMethod]
    public void A_column_that_nobody_asks_for_is_not_computed()
    {
        var model = new Doubling(batchSize: 4);
        var view = View(10, model);
        Assert.AreEqual(10, view.GetColumn<float>("X").Count());
        Assert.AreEqual(10, view.GetColumn<float>("X").Count());
        Assert.IsEmpty(model.Batches);
        Assert.AreEqual(0, model.RowsRead);
    }

    [TestMethod]
    public void A_batch_of_which_no_row_is_asked_for_is_not_computed()
    {
        var model = new Doubling(batchSize: 3);
        var view = View(100, model);
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<float>(view.Schema["Y"]);
        float y = 0;
        for (int i = 0; i < 100; i++)
        {
            Assert.IsTrue(cursor.MoveNext());
            if (i % 50 != 7)
                continue;
            getter(ref y);
            Assert.AreEqual(2f * i, y);
        }
        CollectionAssert.AreEqual(new[] { 3, 3 }, model.Batches);
    }

    [TestMethod]
    public void Shuffled_rows_stay_in_step()
    {
        var view = View(50, new Doubling(batchSize: 4));
        using var cursor = view.GetRowCursor(view.Schema, new Random(3));
        var x = cursor.GetGetter<float>(view.Schema["X"]);
        var y = cursor.GetGetter<float>(view.Schema["Y"]);
        var seen = new List<float>();
        float a = 0, b = 0;
        while (cursor.MoveNext())
        {
            x(ref a);
            y(ref b);
            Assert.AreEqual(2 * a, b);
            seen.Add(a);
        }
        CollectionAssert.AreNotEqual(seen.Order().ToArray(), seen);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 50).Select(i => (float)i).ToArray(), seen);
    }

    [TestMethod]
    public void A_bad_row_throws_at_its_turn_and_the_others_are_served()
    {
        var view = View(10, new Doubling(batchSize: 4) { Unreadable = 2 });
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<float>(view.Schema["Y"]);
        float y = 0;
        for (int i = 0; cursor.MoveNext(); i++)
        {
            if (i == 2)
            {
                Assert.ThrowsExactly<FormatException>(() => getter(ref y));
                continue;
            }
            getter(ref y);
            Assert.AreEqual(2f * i, y);
        }
    }

    [TestMethod]
    public void Cursors_may_run_side_by_side()
    {
        var view = View(60, new Doubling(batchSize: 7));
        Parallel.For(0, 8, _ => Assert.AreEqual(60, Rows(view).Count(r => r.Y == 2 * r.X)));
    }

    [TestMethod]
    public void A_cursor_set_serves_every_row_once()
    {
        var view = View(25, new Doubling(batchSize: 4));
        var values = new List<float>();
        foreach (var cursor in view.GetRowCursorSet(view.Schema, 3))
        {
            var getter = cursor.GetGetter<float>(view.Schema["Y"]);
            for (float y = 0; cursor.MoveNext();)
            {
                getter(ref y);
                values.Add(y);
            }
            cursor.Dispose();
        }
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 25).Select(i => 2f * i).ToArray(), values);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(9)]
    public void A_row_that_the_source_leaves_out_once_its_input_is_read_is_left_out(int unreadable)
    {
        var source = new Skipping(_mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(i => new Row { X = i, Name = i }).ToArray()), unreadable);
        var model = new Doubling(batchSize: 4);
        var view = new BatchedRowDataView(source, new RowBinding(source.Schema, model), model);
        using var cursor = view.GetRowCursor([view.Schema["Name"], view.Schema["Y"]]);
        var name = cursor.GetGetter<float>(view.Schema["Name"]);
        var y = cursor.GetGetter<float>(view.Schema["Y"]);
        var rows = new List<(float, float)>();
        float a = 0, b = 0;
        while (cursor.MoveNext())
        {
            name(ref a);
            y(ref b);
            rows.Add((a, b));
        }
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).Where(i => i != unreadable).Select(i => ((float)i, 2f * i)).ToArray(), rows);
    }

    [TestMethod]
    public void A_source_that_does_not_repeat_itself_is_noticed()
    {
        int length = 12;
        IEnumerable<Row> Shrinking()
        {
            for (int i = 0, n = Interlocked.Add(ref length, -6) + 6; i < n; i++)
                yield return new Row { X = i };
        }
        var model = new Doubling(batchSize: 4);
        var source = _mlContext.Data.LoadFromEnumerable(Shrinking());
        var view = new BatchedRowDataView(source, new RowBinding(source.Schema, model), model);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Rows(view)).Message, "different rows");
    }

    private BatchedRowDataView View(int count, Doubling model)
    {
        var source = _mlContext.Data.Cache(_mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row { X = i }).ToArray()));   // can shuffle
        return new BatchedRowDataView(source, new RowBinding(source.Schema, model), model);
    }

    private static (float X, float Y)[] Rows(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        var x = cursor.GetGetter<float>(view.Schema["X"]);
        var y = cursor.GetGetter<float>(view.Schema["Y"]);
        var rows = new List<(float, float)>();
        float a = 0, b = 0;
        while (cursor.MoveNext())
        {
            x(ref a);
            y(ref b);
            rows.Add((a, b));
        }
        return [.. rows];
    }

    private sealed class Row
    {
        public float X;
        public float Name;
    }

    /// <summary>Leaves one row out, which it finds out when a cursor reads X there: as a folder with a corrupt image does.</summary>
    private sealed class Skipping(IDataView source, float unreadable) : IDataView
    {
        private readonly float _unreadable = unreadable;
        private bool _found;

        public DataViewSchema Schema => source.Schema;
        public bool CanShuffle => false;
        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            var wanted = columnsNeeded.ToArray();
            return new Cursor(this, source.GetRowCursor(source.Schema), wanted.Any(c => c.Name == "X"));
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
            => [GetRowCursor(columnsNeeded, rand)];

        private sealed class Cursor(Skipping owner, DataViewRowCursor input, bool reads) : DataViewRowCursor
        {
            private readonly ValueGetter<float> _x = input.GetGetter<float>(input.Schema["X"]);

            public override DataViewSchema Schema => input.Schema;
            public override long Position => input.Position;
            public override long Batch => input.Batch;
            public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
            public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);
            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

            public override bool MoveNext()
            {
                while (input.MoveNext())
                {
                    float x = 0;
                    _x(ref x);
                    if (x != owner._unreadable)
                        return true;
                    owner._found |= reads;
                    if (!owner._found)
                        return true;
                }
                return false;
            }
        }
    }

    /// <summary>Y = 2 X, and a record of how it was asked.</summary>
    private sealed class Doubling(int batchSize) : IBatchModel
    {
        public List<int> Batches { get; } = [];
        public int RowsRead { get; private set; }
        public float Unreadable { get; init; } = -1;
        public int BatchSize => batchSize;

        public DataViewSchema.Column[] BindInputs(DataViewSchema inputSchema) => [inputSchema["X"]];

        public DataViewSchema.DetachedColumn[] Outputs(DataViewSchema inputSchema) => [new("Y", NumberDataViewType.Single)];

        public IRowBatch CreateBatch(DataViewRow input, int capacity) => new Batch(this, input.GetGetter<float>(input.Schema["X"]), new float[capacity]);

        private sealed class Batch(Doubling owner, ValueGetter<float> x, float[] values) : IRowBatch
        {
            public void Read(int slot)
            {
                x(ref values[slot]);
                owner.RowsRead++;
                if (values[slot] == owner.Unreadable)
                    throw new FormatException("unreadable");
            }

            public void Compute(int count)
            {
                lock (owner.Batches)
                    owner.Batches.Add(count);
                for (int i = 0; i < count; i++)
                    values[i] *= 2;
            }

            public Delegate[] CreateGetters(Func<int> slot)
            {
                ValueGetter<float> y = (ref float value) => value = values[slot()];
                return [y];
            }
        }
    }
}
