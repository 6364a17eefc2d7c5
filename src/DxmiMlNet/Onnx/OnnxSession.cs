using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Onnx;

/// <summary>
/// An ONNX model held as bytes, with one ONNX Runtime session that opens at first use and that any number of threads may run at once.
/// </summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly Lazy<InferenceSession> _session;
    private readonly RunOptions _runOptions = new();

    /// <param name="model">The bytes of the model file.</param>
    /// <param name="what">What the model is, for error texts: "The backbone resnet18.onnx".</param>
    /// <param name="threads">Threads inside one run; null takes those of <see cref="InferenceSettings"/>.</param>
    public OnnxSession(byte[] model, string what, int? threads = null)
    {
        Model = model;
        _session = new Lazy<InferenceSession>(() => Open(model, what, threads ?? InferenceSettings.Threads));
    }

    /// <summary>The bytes of the model file.</summary>
    public byte[] Model { get; }

    /// <summary>The open session.</summary>
    public InferenceSession Session => _session.Value;

    /// <summary>Runs the model on one input and fills one array an output; nothing is allocated for the tensors.</summary>
    public void Run((string Name, float[] Values, long[] Shape) input, params (string Name, float[] Values, long[] Shape)[] outputs) => Run([input], outputs);

    /// <summary>Runs the model and fills one array an output; nothing is allocated for the tensors.</summary>
    /// <param name="inputs">Names, values and shapes of the inputs.</param>
    /// <param name="outputs">Names, buffers of exactly the right length, and shapes of the outputs.</param>
    public void Run((string Name, float[] Values, long[] Shape)[] inputs, params (string Name, float[] Values, long[] Shape)[] outputs)
    {
        var inputValues = new OrtValue[inputs.Length];
        var outputValues = new OrtValue[outputs.Length];
        try
        {
            for (int i = 0; i < inputs.Length; i++)
                inputValues[i] = OrtValue.CreateTensorValueFromMemory(inputs[i].Values, inputs[i].Shape);
            for (int i = 0; i < outputs.Length; i++)
                outputValues[i] = OrtValue.CreateTensorValueFromMemory(outputs[i].Values, outputs[i].Shape);
            Session.Run(_runOptions, Array.ConvertAll(inputs, i => i.Name), inputValues, Array.ConvertAll(outputs, o => o.Name), outputValues);
        }
        finally
        {
            foreach (var value in inputValues.Concat(outputValues))
                value?.Dispose();
        }
    }

    public void Dispose()
    {
        if (_session.IsValueCreated)
            _session.Value.Dispose();
        _runOptions.Dispose();
    }

    private static InferenceSession Open(byte[] model, string what, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Spinning threads cost more than they give where other work shares the machine.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        ExecutionProviders.Append(options, InferenceSettings.Provider);
        try
        {
            return new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DxmiException($"{what} is no model that ONNX Runtime can run: {e.Message}",
                "A valid ONNX file of opset 21 or below was expected.", "Check the file, or export it again.", e);
        }
    }
}
