using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Decisions.MapCalibrationTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Decisions.MapCalibrationTransformer.LoaderSignature)]

namespace DxmiMlNet.Decisions;

/// <summary>Adds a p-value for every value of an anomaly map; see <see cref="MapCalibrationEstimator"/> for the promise that they keep.</summary>
public sealed class MapCalibrationTransformer : InspectionTransformer, IRowModel
{
    internal const string LoaderSignature = "DxmiMapCalibration";
    internal static readonly LoaderInfo Loader = new("DXMIMAPC", LoaderSignature, 1, typeof(MapCalibrationTransformer));

    private readonly string _mapName, _outputName;
    private readonly string? _ignoredName;
    private readonly ConformalCalibration _calibration;

    internal MapCalibrationTransformer(IHostEnvironment env, string mapName, string outputName, string? ignoredName, ConformalCalibration calibration)
        : base(env, nameof(MapCalibrationTransformer))
    {
        _mapName = mapName;
        _outputName = outputName;
        _ignoredName = ignoredName;
        _calibration = calibration;
    }

    /// <summary>How many good images it was calibrated on.</summary>
    public int CalibrationCount => _calibration.Scores.Length;

    /// <summary>The p-value of a value of the map: 1 / (n + 1) to 1; 0 for one that is not finite.</summary>
    /// <param name="value">A value of the map.</param>
    public double PValue(float value) => float.IsFinite(value) ? _calibration.PValue(value) : 0;

    /// <summary>The smallest value of the map whose p-value is at most alpha: what <c>FindDefectRegions</c> reports from.</summary>
    /// <param name="alpha">The share of good parts that may have such a pixel, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha is out of range.</exception>
    /// <exception cref="DxmiException">There were too few good images for alpha.</exception>
    public float Threshold(double alpha)
    {
        ConformalCalibration.CheckAlpha(alpha);
        return _calibration.Threshold(alpha);
    }

    private protected override IRowModel RowModel => this;

    private protected override LoaderInfo LoaderInfo => Loader;

    internal static DataViewSchema.DetachedColumn OutputColumn(string name, (int Height, int Width, int) grid)
        => new(name, new VectorDataViewType(NumberDataViewType.Single, grid.Height, grid.Width));

    // Binary format
    // string: map column, output column
    // int: n
    // float[n]: maxima of the good maps, ascending
    // column of ignored patches, see IgnoredColumn.Write
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(_mapName);
        writer.Write(_outputName);
        _calibration.Write(writer);
        IgnoredColumn.Write(writer, _ignoredName);
    }

    private static MapCalibrationTransformer Read(IHostEnvironment env, BinaryReader reader)
    {
        var (map, output) = (reader.ReadString(), reader.ReadString());
        var calibration = ConformalCalibration.Read(reader, least: 1);
        return new MapCalibrationTransformer(env, map, output, IgnoredColumn.Read(reader), calibration);
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader => Read(env, reader));

    DataViewSchema.Column[] IRowModel.BindInputs(DataViewSchema inputSchema)
    {
        var map = MapColumns.RequireMap(inputSchema, _mapName);
        return _ignoredName is null ? [map] : [map, IgnoredColumn.Require(inputSchema, _ignoredName, InputColumns.Grid(map))];
    }

    DataViewSchema.DetachedColumn[] IRowModel.Outputs(DataViewSchema inputSchema)
        => [OutputColumn(_outputName, InputColumns.Grid(MapColumns.RequireMap(inputSchema, _mapName)))];

    Delegate?[] IRowModel.CreateGetters(DataViewRow input, Func<int, bool> isActive)
    {
        if (!isActive(0))
            return [null];
        var mapColumn = MapColumns.RequireMap(input.Schema, _mapName);
        var getMap = input.GetGetter<VBuffer<float>>(mapColumn);
        var getIgnored = IgnoredColumn.Reader(input, _ignoredName is null ? null : input.Schema[_ignoredName]);
        VBuffer<float> buffer = default;
        var map = new float[((VectorDataViewType)mapColumn.Type).Size];
        ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> value) =>
        {
            getMap(ref buffer);
            buffer.CopyTo(map);
            var ignored = getIgnored();
            var editor = VBufferEditor.Create(ref value, map.Length);
            for (int p = 0; p < map.Length; p++)
                editor.Values[p] = ignored is not null && ignored[p] ? 1 : (float)PValue(map[p]);
            value = editor.Commit();
        };
        return [getter];
    }
}
