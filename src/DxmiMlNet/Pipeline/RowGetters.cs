using Microsoft.ML;

namespace DxmiMlNet.Pipeline;

/// <summary>The getters of one row or cursor: passed through for input columns, the stage's own for added ones.</summary>
internal sealed class RowGetters
{
    private readonly RowBinding _binding;
    private readonly DataViewRow _input;
    private readonly bool[] _activeOutputs;
    private readonly Delegate?[] _outputs;

    /// <param name="binding">Input schema and added columns.</param>
    /// <param name="input">The row or cursor whose columns are passed through.</param>
    /// <param name="wanted">The active columns.</param>
    /// <param name="outputs">Getters of the added columns where they exist already; else the row model makes them.</param>
    public RowGetters(RowBinding binding, DataViewRow input, DataViewSchema.Column[] wanted, Delegate[]? outputs = null)
    {
        _binding = binding;
        _input = input;
        _activeOutputs = binding.ActiveOutputs(wanted);
        _outputs = outputs ?? (Array.Exists(_activeOutputs, active => active)
            ? binding.Model.CreateGetters(input, i => _activeOutputs[i])
            : new Delegate?[binding.AddedCount]);
    }

    public bool IsActive(DataViewSchema.Column column)
        => column.Index < _binding.InputSchema.Count
            ? _input.IsColumnActive(_binding.InputSchema[column.Index])
            : _activeOutputs[column.Index - _binding.InputSchema.Count];

    public ValueGetter<TValue> Get<TValue>(DataViewSchema.Column column)
    {
        if (column.Index < _binding.InputSchema.Count)
            return _input.GetGetter<TValue>(_binding.InputSchema[column.Index]);
        var getter = _outputs[column.Index - _binding.InputSchema.Count]
            ?? throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active in this cursor. Ask for it when you make the cursor.");
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}, not {typeof(TValue)}. Use a getter of its own type.");
    }
}
