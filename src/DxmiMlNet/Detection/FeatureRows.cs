using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Detection;

/// <summary>Reads the feature grids of a view's good rows one after the other, [P, C] each; nothing but the current row is held.</summary>
internal sealed class FeatureRows
{
    private readonly IDataView _input;
    private readonly DataViewSchema.Column _features;
    private readonly DataViewSchema.Column? _label, _ignored;

    /// <param name="input">The view.</param>
    /// <param name="features">The column of grids.</param>
    /// <param name="labelColumnName">A Single or Boolean column whose rows above 0 are left out; null, or the default name where the view lacks it: all rows count as good.</param>
    /// <param name="ignoredColumnName">A column that says which patches are ignored, see <see cref="IgnoredColumn"/>; none are where it is null, or the default and not there.</param>
    public FeatureRows(IDataView input, DataViewSchema.Column features, string? labelColumnName, string? ignoredColumnName)
    {
        _input = input;
        _features = features;
        _label = LabelColumn.Find(input.Schema, labelColumnName);
        _ignored = IgnoredColumn.Find(input.Schema, ignoredColumnName, InputColumns.Grid(features));
    }

    /// <summary>The column that says which patches are ignored; null where all are inspected.</summary>
    public string? IgnoredColumnName => _ignored?.Name;

    /// <summary>Number of rows of the view, anomalous ones too, for progress; null where it is not known.</summary>
    public int? Expected => (int?)_input.GetRowCount();

    /// <summary>
    /// Calls <paramref name="visit"/> with the number of the row among the good ones, its values and which of its patches are ignored, [P], or null
    /// where none are; both are valid during the call.
    /// </summary>
    /// <returns>The number of good rows.</returns>
    /// <exception cref="DxmiException">A value is not finite, or all patches of a row are ignored.</exception>
    public int ForEach(Action<int, float[], bool[]?> visit, CancellationToken cancellation)
    {
        using var cursor = _input.GetRowCursor(new[] { _features, _label, _ignored }.OfType<DataViewSchema.Column>());
        var ignored = IgnoredColumn.Reader(cursor, _ignored);
        var features = cursor.GetGetter<VBuffer<float>>(_features);
        var anomalous = LabelColumn.Reader(cursor, _label);
        VBuffer<float> buffer = default;
        float[]? values = null;
        int count = 0;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            if (anomalous())
                continue;
            features(ref buffer);
            values ??= new float[buffer.Length];
            buffer.CopyTo(values);
            if (Array.Exists(values, v => !float.IsFinite(v)))
                throw new DxmiException($"Row {cursor.Position} of column '{_features.Name}' holds a value that is not a finite number.",
                    "Training needs finite features.", "Remove the row, or replace missing values before training.");
            visit(count++, values, ignored());
        }
        return count;
    }

    /// <summary>Makes sure that there were enough good rows.</summary>
    /// <exception cref="DxmiException">There were fewer than <paramref name="least"/>.</exception>
    public static void RequireCount(int count, int least)
    {
        if (count < least)
            throw new DxmiException($"There {(count == 1 ? "is 1 good row" : "are no good rows")} to train on.",
                $"At least {least} {(least == 1 ? "is" : "are")} needed, and 50 or more are advisable.", "Add photographs of good parts, and check the labels.");
    }
}
