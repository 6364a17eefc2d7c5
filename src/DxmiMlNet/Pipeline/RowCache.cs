using Microsoft.ML;

namespace DxmiMlNet.Pipeline;

/// <summary>Runs <paramref name="compute"/> once a row, however many getters ask.</summary>
internal sealed class RowCache(DataViewRow row, Action compute)
{
    private long _position = long.MinValue;

    /// <summary>Makes the shared values those of the current row.</summary>
    public void Update()
    {
        if (_position == row.Position)   // PredictionEngine, too, moves Position on every Predict
            return;
        compute();
        _position = row.Position;
    }
}
