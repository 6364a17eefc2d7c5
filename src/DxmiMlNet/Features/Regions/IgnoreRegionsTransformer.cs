using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Features.Regions.IgnoreRegionsTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Features.Regions.IgnoreRegionsTransformer.LoaderSignature)]

namespace DxmiMlNet.Features.Regions;

/// <summary>
/// Adds which patches of an image are ignored, Vector of Boolean [H, W]: made by <see cref="IgnoreRegionsEstimator"/>. The model's masks are inside; any
/// number of threads may use it.
/// </summary>
public sealed class IgnoreRegionsTransformer : InspectionTransformer, IRowModel
{
    internal const string DefaultMaskPathName = "IgnoreMaskPath";
    internal const string ExpectedFeatures = "a vector of known size of Single: [H, W, C] from ExtractPatchFeatures";
    internal const string ExpectedPath = "the path of a mask as Text";

    internal const string LoaderSignature = "DxmiIgnoreRegions";
    internal static readonly LoaderInfo Loader = new("DXIGNORE", LoaderSignature, 1, typeof(IgnoreRegionsTransformer));

    private readonly string? _maskPathName;
    private readonly string _outputName;

    internal IgnoreRegionsTransformer(IHostEnvironment env, PatchMask mask, string? maskPathName, string outputName)
        : base(env, nameof(IgnoreRegionsTransformer))
    {
        Mask = mask;
        _maskPathName = maskPathName;
        _outputName = outputName;
    }

    /// <summary>Rows and columns of patches.</summary>
    public (int Height, int Width) Grid => (Mask.Height, Mask.Width);

    /// <summary>[H, W], true for the patches that are ignored on every image.</summary>
    public IReadOnlyList<bool> Ignored => Mask.Ignored;

    internal PatchMask Mask { get; }

    private protected override IRowModel RowModel => this;

    private protected override LoaderInfo LoaderInfo => Loader;

    internal static DataViewSchema.DetachedColumn OutputColumn(string name, int height, int width)
        => new(name, new VectorDataViewType(BooleanDataViewType.Instance, height, width));

    // Binary format
    // string: output column
    // string: column of mask paths; empty for none
    // int, int: H, W
    // byte[H W]: 1 where every image is ignored
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(_outputName);
        writer.Write(_maskPathName ?? "");
        writer.Write(Mask.Height);
        writer.Write(Mask.Width);
        writer.Write(Array.ConvertAll(Mask.Ignored, i => i ? (byte)1 : (byte)0));
    }

    private static IgnoreRegionsTransformer Read(IHostEnvironment env, BinaryReader reader)
    {
        var (output, maskPath) = (reader.ReadString(), reader.ReadString());
        int height = reader.ReadInt32(), width = reader.ReadInt32();
        if (height < 1 || width < 1)
            throw new FormatException($"the grid is {height} x {width}");
        var ignored = reader.ReadBytes(checked(height * width));
        return ignored.Length == height * width
            ? new IgnoreRegionsTransformer(env, new PatchMask(height, width, Array.ConvertAll(ignored, i => i != 0)), maskPath.Length > 0 ? maskPath : null, output)
            : throw new EndOfStreamException("the mask is cut off.");
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader => Read(env, reader));

    // Without the column no image has a mask of its own.
    DataViewSchema.Column[] IRowModel.BindInputs(DataViewSchema inputSchema)
        => _maskPathName is null || inputSchema.GetColumnOrNull(_maskPathName) is null ? []
            : [InputColumns.Require(inputSchema, _maskPathName, ExpectedPath, type => type == TextDataViewType.Instance)];

    DataViewSchema.DetachedColumn[] IRowModel.Outputs(DataViewSchema inputSchema) => [OutputColumn(_outputName, Mask.Height, Mask.Width)];

    Delegate?[] IRowModel.CreateGetters(DataViewRow input, Func<int, bool> isActive)
    {
        if (!isActive(0))
            return [null];
        var columns = ((IRowModel)this).BindInputs(input.Schema);
        var getPath = columns.Length > 0 ? input.GetGetter<ReadOnlyMemory<char>>(columns[0]) : null;
        ReadOnlyMemory<char> path = default;
        var ignored = Mask.Ignored;
        var row = new RowCache(input, () =>   // several stages ask, and a mask is a file
        {
            getPath?.Invoke(ref path);
            ignored = Mask.Of(path.ToString());
        });
        ValueGetter<VBuffer<bool>> getter = (ref VBuffer<bool> value) =>
        {
            row.Update();
            var editor = VBufferEditor.Create(ref value, ignored.Length);
            ignored.CopyTo(editor.Values);
            value = editor.Commit();
        };
        return [getter];
    }
}
