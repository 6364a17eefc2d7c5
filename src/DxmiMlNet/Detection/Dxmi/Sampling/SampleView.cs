using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>A lazy view of samples: a row is made when a cursor is asked for it, from noise that depends on the seed and the row's number alone.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The run lives as long as the view, and ML.NET never disposes views.")]
internal sealed class SampleView : IDataView
{
    private readonly SamplerRun _run;
    private readonly int _seed;
    private readonly long _count;

    public SampleView(DxmiSampler sampler, long count, int seed, string columnName)
    {
        _run = new SamplerRun(sampler);
        _seed = seed;
        _count = count;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(columnName, _run.SampleType);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(this, columnsNeeded.Any(), 0, 1);

    // Cursor k of n makes the rows k, k + n, k + 2n, ...; each row is a batch of its own, by which the order can be restored.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        int cursors = (int)Math.Clamp(_count, 1, Math.Max(n, 1));
        bool isActive = columnsNeeded.Any();
        return [.. Enumerable.Range(0, cursors).Select(k => new Cursor(this, isActive, k, cursors))];
    }

    private sealed class Cursor(SampleView view, bool isActive, int first, int step) : DataViewRowCursor
    {
        private readonly float[] _noise = new float[view._run.Sampler.NoiseLength];
        private readonly float[] _sample = new float[view._run.Length];
        private long _position = -1;
        private long _row = first - step;

        public override DataViewSchema Schema => view.Schema;
        public override long Position => _position;
        public override long Batch => _row;

        public override bool MoveNext()
        {
            if (_row < view._count)
                _row += step;
            _position = _row < view._count ? _position + 1 : -1;
            return _position >= 0;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => isActive;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!isActive)
                throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active in this cursor. Ask for it when you make the cursor.");
            ValueGetter<VBuffer<float>> getter = GetSample;
            return getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}, not {typeof(TValue)}. Use a getter of its own type.");
        }

        private void GetSample(ref VBuffer<float> value)
        {
            GaussianNoise.Fill(_noise, view._seed, _row);
            view._run.Sample(_noise, _sample);
            var editor = VBufferEditor.Create(ref value, _sample.Length);
            _sample.CopyTo(editor.Values);
            value = editor.Commit();
        }
    }
}
