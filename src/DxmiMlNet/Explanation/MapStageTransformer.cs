using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Explanation;

/// <summary>The columns of a stage that explains a map: map, photograph, what it adds, and which patches are ignored, if any can be.</summary>
internal sealed record MapStageColumns(string Map, string Image, string Output, string? Ignored)
{
    public static MapStageColumns Of(MapStageOptions options, string? ignored)
        => new(options.MapColumnName, options.ImageColumnName, options.OutputColumnName, ignored);
}

/// <summary>What the transformers share that make something of a row's map and photograph.</summary>
public abstract class MapStageTransformer : InspectionTransformer, IRowModel
{
    private protected MapStageTransformer(IHostEnvironment env, string name, MapStageColumns columns, double minimumArea)
        : base(env, name)
    {
        ColumnNames = columns;
        MinimumArea = minimumArea;
    }

    /// <summary>Regions with fewer pixels of the original image are left out.</summary>
    public double MinimumArea { get; }

    private protected MapStageColumns ColumnNames { get; }

    private protected override IRowModel RowModel => this;

    private protected abstract DataViewSchema.DetachedColumn Output(DataViewSchema inputSchema);

    /// <summary>The getter of the added column; the row is read by it.</summary>
    private protected abstract Delegate CreateGetter(MapAndImage row);

    DataViewSchema.Column[] IRowModel.BindInputs(DataViewSchema inputSchema)
    {
        var map = MapColumns.RequireMap(inputSchema, ColumnNames.Map);
        var image = MapColumns.RequireImage(inputSchema, ColumnNames.Image);
        return ColumnNames.Ignored is { } ignored ? [map, image, IgnoredColumn.Require(inputSchema, ignored, InputColumns.Grid(map))] : [map, image];
    }

    DataViewSchema.DetachedColumn[] IRowModel.Outputs(DataViewSchema inputSchema) => [Output(inputSchema)];

    Delegate?[] IRowModel.CreateGetters(DataViewRow input, Func<int, bool> isActive) => [isActive(0) ? CreateGetter(new MapAndImage(input, ColumnNames)) : null];
}
