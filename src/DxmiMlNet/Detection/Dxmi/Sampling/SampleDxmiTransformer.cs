using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Detection.Dxmi.Sampling.SampleDxmiTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Detection.Dxmi.Sampling.SampleDxmiTransformer.LoaderSignature)]

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>Adds samples made from a column of noise: made by <see cref="SampleDxmiEstimator"/>. Any number of threads may use it; it needs no libtorch.</summary>
public sealed class SampleDxmiTransformer : InspectionTransformer
{
    internal const string LoaderSignature = "DxmiSample";
    // Version 2: the sampler may run in any number of steps.
    internal static readonly LoaderInfo Loader = new("DXSAMPLE", LoaderSignature, 2, typeof(SampleDxmiTransformer));

    private readonly SamplerRun _run;
    private readonly string _noiseName, _outputName;

    internal SampleDxmiTransformer(IHostEnvironment env, DxmiSampler sampler, string noiseName, string outputName)
        : base(env, nameof(SampleDxmiTransformer))
    {
        _run = new SamplerRun(sampler);
        _noiseName = noiseName;
        _outputName = outputName;
    }

    /// <summary>The sampler.</summary>
    public DxmiSampler Sampler => _run.Sampler;

    private protected override IRowModel RowModel => new Rows(this);

    private protected override LoaderInfo LoaderInfo => Loader;

    internal static string Expected(DxmiSampler sampler)
        => $"a vector of {sampler.NoiseLength} values of Single, the noise of {sampler.Grid.Height} x {sampler.Grid.Width} patches, " +
            $"{sampler.Steps + 1} times {sampler.Components} values each";

    // Binary format
    // string: noise column, output column
    // the sampler (DxmiSampler)
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(_noiseName);
        writer.Write(_outputName);
        Sampler.Write(writer);
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader =>
    {
        string noiseName = reader.ReadString(), outputName = reader.ReadString();
        return new SampleDxmiTransformer(env, DxmiSampler.Read(reader), noiseName, outputName);
    });

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _run.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Rows(SampleDxmiTransformer owner) : IRowModel
    {
        public DataViewSchema.Column[] BindInputs(DataViewSchema inputSchema)
            => [InputColumns.Require(inputSchema, owner._noiseName, Expected(owner.Sampler),
                type => InputColumns.IsKnownSizeVector(type) && ((VectorDataViewType)type).Size == owner.Sampler.NoiseLength)];

        public DataViewSchema.DetachedColumn[] Outputs(DataViewSchema inputSchema) => [new(owner._outputName, owner._run.SampleType)];

        public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            if (!isActive(0))
                return [null];
            var source = input.GetGetter<VBuffer<float>>(input.Schema[owner._noiseName]);
            VBuffer<float> buffer = default;
            var noise = new float[owner.Sampler.NoiseLength];
            var sample = new float[owner._run.Length];
            ValueGetter<VBuffer<float>> getSample = (ref VBuffer<float> value) =>
            {
                source(ref buffer);
                buffer.CopyTo(noise);
                owner._run.Sample(noise, sample);
                var editor = VBufferEditor.Create(ref value, sample.Length);
                sample.CopyTo(editor.Values);
                value = editor.Commit();
            };
            return [getSample];
        }
    }
}
