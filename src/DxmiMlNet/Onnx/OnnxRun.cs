using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Onnx;

/// <summary>
/// Runs of a session from and to the same arrays: tensors lie over them, nothing is copied and nothing is allocated a run. One run at a time; a session has any
/// number of these.
/// </summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly OrtValue[] _values;
    private readonly RunOptions _options = new();

    /// <param name="session">The session.</param>
    /// <param name="inputs">Names, arrays and shapes of the inputs.</param>
    /// <param name="outputs">Names, arrays of exactly the right length, and shapes of the outputs.</param>
    public OnnxRun(OnnxSession session, (string Name, float[] Values, long[] Shape)[] inputs, (string Name, float[] Values, long[] Shape)[] outputs)
    {
        _session = session.Session;
        _binding = _session.CreateIoBinding();
        _values = [.. inputs.Concat(outputs).Select(tensor => OrtValue.CreateTensorValueFromMemory(tensor.Values, tensor.Shape))];
        for (int i = 0; i < inputs.Length; i++)
            _binding.BindInput(inputs[i].Name, _values[i]);
        for (int i = 0; i < outputs.Length; i++)
            _binding.BindOutput(outputs[i].Name, _values[inputs.Length + i]);
    }

    /// <summary>Reads the arrays of the inputs and fills those of the outputs.</summary>
    public void Run() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in _values)
            value.Dispose();
        _options.Dispose();
    }
}
