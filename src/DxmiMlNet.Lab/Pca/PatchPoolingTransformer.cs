using System.Numerics.Tensors;
using DxmiMlNet.Columns;
using DxmiMlNet.Detection;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Lab.Pca.PatchPoolingTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Lab.Pca.PatchPoolingTransformer.LoaderSignature)]

namespace DxmiMlNet.Lab.Pca;

/// <summary>
/// Adds mean and maximum of every feature channel over the positions: made by <see cref="PatchPoolingEstimator"/>. Any number of threads may use it.
/// </summary>
public sealed class PatchPoolingTransformer : InspectionTransformer
{
    internal const string LoaderSignature = "DxmiPatchPooling";
    internal static readonly LoaderInfo Loader = new("DXPATCHP", LoaderSignature, 1, typeof(PatchPoolingTransformer));

    private readonly string _featureName, _outputName;

    internal PatchPoolingTransformer(IHostEnvironment env, string featureName, string outputName)
        : base(env, nameof(PatchPoolingTransformer))
    {
        _featureName = featureName;
        _outputName = outputName;
    }

    private protected override IRowModel RowModel => new Rows(this);

    private protected override LoaderInfo LoaderInfo => Loader;

    // Binary format
    // string: feature column, output column
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(_featureName);
        writer.Write(_outputName);
    }

    private static ITransformer Create(IHostEnvironment env, object ctx)
        => MlNetBridge.Load(ctx, Loader, reader => new PatchPoolingTransformer(env, reader.ReadString(), reader.ReadString()));

    /// <summary>[P, C] to [2 C].</summary>
    private static void Pool(ReadOnlySpan<float> features, Span<float> pooled)
    {
        int channels = pooled.Length / 2, positions = features.Length / channels;
        Span<float> mean = pooled[..channels], maximum = pooled[channels..];
        features[..channels].CopyTo(mean);
        features[..channels].CopyTo(maximum);
        for (int p = 1; p < positions; p++)
        {
            var patch = features.Slice(p * channels, channels);
            TensorPrimitives.Add(mean, patch, mean);
            TensorPrimitives.Max(maximum, patch, maximum);
        }
        TensorPrimitives.Divide(mean, positions, mean);
    }

    private sealed class Rows(PatchPoolingTransformer owner) : IRowModel
    {
        public DataViewSchema.Column[] BindInputs(DataViewSchema inputSchema)
            => [InputColumns.Require(inputSchema, owner._featureName, DetectionColumns.ExpectedFeatures, InputColumns.IsKnownSizeVector)];

        public DataViewSchema.DetachedColumn[] Outputs(DataViewSchema inputSchema)
            => [new(owner._outputName, new VectorDataViewType(NumberDataViewType.Single, 2 * InputColumns.Grid(BindInputs(inputSchema)[0]).Channels))];

        public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            var column = BindInputs(input.Schema)[0];
            var source = input.GetGetter<VBuffer<float>>(column);
            VBuffer<float> buffer = default;
            var features = new float[((VectorDataViewType)column.Type).Size];
            int channels = InputColumns.Grid(column).Channels;
            ValueGetter<VBuffer<float>> pooled = (ref VBuffer<float> value) =>
            {
                source(ref buffer);
                buffer.CopyTo(features);
                var editor = VBufferEditor.Create(ref value, 2 * channels);
                Pool(features, editor.Values);
                value = editor.Commit();
            };
            return [isActive(0) ? pooled : null];
        }
    }
}
