using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Detection;

/// <summary>Rows of a detector: the features of a row are scored once, and score and map handed out.</summary>
/// <param name="columns">Column names.</param>
/// <param name="grid">The grid that the detector was fitted on.</param>
/// <param name="score">Features [H, W, C], which patches are ignored [H, W] (null: none), and a map to fill [H, W], to the score; called from any thread.</param>
internal sealed class DetectionRowModel(DetectionColumns columns, (int Height, int Width, int Channels) grid,
    Func<float[], bool[]?, float[], float> score) : IRowModel
{
    public DataViewSchema.Column[] BindInputs(DataViewSchema inputSchema)
    {
        var column = DetectionColumns.RequireGrid(inputSchema, columns.Features, grid);
        return columns.Ignored is { } ignored ? [column, IgnoredColumn.Require(inputSchema, ignored, grid)] : [column];
    }

    public DataViewSchema.DetachedColumn[] Outputs(DataViewSchema inputSchema) => columns.Outputs(grid.Height, grid.Width);

    public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
    {
        var source = input.GetGetter<VBuffer<float>>(input.Schema[columns.Features]);
        var ignored = IgnoredColumn.Reader(input, columns.Ignored is { } name ? input.Schema[name] : null);
        VBuffer<float> buffer = default;
        var features = new float[grid.Height * grid.Width * grid.Channels];
        var map = new float[grid.Height * grid.Width];
        float value = 0;
        var row = new RowCache(input, () =>
        {
            source(ref buffer);
            buffer.CopyTo(features);
            value = score(features, ignored(), map);
        });
        ValueGetter<float> getScore = (ref float dst) =>
        {
            row.Update();
            dst = value;
        };
        ValueGetter<VBuffer<float>> getMap = (ref VBuffer<float> dst) =>
        {
            row.Update();
            var editor = VBufferEditor.Create(ref dst, map.Length);
            map.CopyTo(editor.Values);
            dst = editor.Commit();
        };
        return [isActive(0) ? getScore : null, isActive(1) ? getMap : null];
    }
}
