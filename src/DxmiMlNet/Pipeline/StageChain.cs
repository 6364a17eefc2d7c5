using Microsoft.ML;

namespace DxmiMlNet.Pipeline;

/// <summary>The stages of a fitted chain in their order, those of chains in it included.</summary>
/// <param name="transformer">The chain, or a single stage.</param>
/// <param name="what">What the chain is, for error texts: "'parts.zip'".</param>
internal sealed class StageChain(ITransformer transformer, string what)
{
    private readonly ITransformer[] _stages = [.. Flatten(transformer)];

    /// <summary>All stages.</summary>
    public IReadOnlyList<ITransformer> All => _stages;

    /// <summary>The first stage of a type; null where there is none.</summary>
    public T? Find<T>()
        where T : class, ITransformer => _stages.OfType<T>().FirstOrDefault();

    /// <summary>The first stage of a type.</summary>
    /// <exception cref="DxmiException">There is none.</exception>
    public T Required<T>()
        where T : class, ITransformer
        => Find<T>() ?? throw new DxmiException($"{what} is a model of ML.NET, but no whole inspection model: it has no {typeof(T).Name}.",
            "A model saved by dxmi train or InspectionModel.Save, or a chain with the same stages, was expected.", "Check the path, or load it with mlContext.Model.Load.");

    /// <summary>Makes sure that no stage before one is of another kind: it would change what is scored.</summary>
    /// <exception cref="DxmiException">There is one.</exception>
    public void RefuseOthersBefore(ITransformer last)
    {
        if (_stages.TakeWhile(stage => stage != last).FirstOrDefault(stage => stage is not InspectionTransformer) is { } other)
            throw new DxmiException($"{what} has a stage of another kind, {other.GetType().Name}, before its decisions.",
                "An inspection model was expected to look at the image itself.", "Use it with mlContext.Model.Load and a PredictionEngine, or leave the stage out of the saved chain.");
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer transformer)
        => transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [transformer];
}
