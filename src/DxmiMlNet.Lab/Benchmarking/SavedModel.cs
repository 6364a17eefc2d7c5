using Microsoft.ML;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>What a model weighs.</summary>
internal static class SavedModel
{
    /// <summary>Bytes of the file that <c>mlContext.Model.Save</c> writes.</summary>
    public static long Size(MLContext mlContext, ITransformer transformer)
    {
        using var stream = new MemoryStream();
        mlContext.Model.Save(transformer, null, stream);
        return stream.Length;
    }
}
