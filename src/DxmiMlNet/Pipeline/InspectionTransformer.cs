using DxmiMlNet.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Pipeline;

/// <summary>
/// A row-wise transformer that adds columns, is lazy, works in <c>PredictionEngine</c>, and saves as its own type.
/// A stage supplies its row model, its loader and what it writes; it never changes after construction.
/// </summary>
public abstract class InspectionTransformer : ITransformer, IDisposable
{
    private protected InspectionTransformer(IHostEnvironment env, string name)
    {
        Host = env.Register(name);
    }

    private protected IHost Host { get; }

    private protected abstract IRowModel RowModel { get; }

    private protected abstract LoaderInfo LoaderInfo { get; }

    /// <summary>Writes what the loader's Create reads back.</summary>
    private protected abstract void Write(BinaryWriter writer);

    /// <inheritdoc/>
    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new RowBinding(inputSchema, RowModel).OutputSchema;

    /// <inheritdoc/>
    public virtual IDataView Transform(IDataView input) => new RowMappedDataView(input, new RowBinding(input.Schema, RowModel));

    /// <inheritdoc/>
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new RowToRowMapper(new RowBinding(inputSchema, RowModel));

    /// <inheritdoc/>
    void ICanSaveModel.Save(ModelSaveContext ctx) => MlNetBridge.Save(ctx, LoaderInfo, Write);

    /// <summary>Releases what the stage holds outside managed memory. The transformer cannot be used afterwards.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the stage holds outside managed memory.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
