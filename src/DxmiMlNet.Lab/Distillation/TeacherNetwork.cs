using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>The teacher in ONNX Runtime, one thread a call; any number of calls may run at once.</summary>
internal sealed class TeacherNetwork : IDisposable
{
    private readonly DistillationTeacher _teacher;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    /// <exception cref="DxmiException">The file is missing or no model, or has no such input or tap.</exception>
    public TeacherNetwork(DistillationTeacher teacher)
    {
        _teacher = teacher;
        if (!File.Exists(teacher.ModelPath))
            throw new DxmiException($"The teacher {teacher.ModelPath} does not exist.", "An ONNX file was expected.", "Check the path.");
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            _session = new InferenceSession(teacher.ModelPath, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DxmiException($"The teacher {teacher.ModelPath} is no model that ONNX Runtime can run: {e.Message}",
                "A valid ONNX file was expected.", "Check the file, or export it again.", e);
        }
        Require(_session.InputNames, teacher.Input, "input");
        foreach (var tap in teacher.Taps)
            Require(_session.OutputNames, tap, "output");
    }

    /// <summary>The taps of a batch of crops.</summary>
    /// <param name="crops">[count, 3, side, side], RGB in 0..1.</param>
    /// <param name="count">Crops.</param>
    /// <param name="side">Their side in pixels, a multiple of 16.</param>
    /// <exception cref="DxmiException">A tap is not of its stride.</exception>
    public TapValues[] Run(float[] crops, int count, int side)
    {
        var input = Normalised(crops, side, _teacher.Mean, _teacher.Deviation);
        using var value = OrtValue.CreateTensorValueFromMemory(input, [count, 3, side, side]);
        using var outputs = _session.Run(_runOptions, [_teacher.Input], [value], _teacher.Taps);
        return outputs.Select((o, i) => Tap(o, i, side)).ToArray();
    }

    /// <summary>(x - mean) / deviation, channel by channel.</summary>
    public static float[] Normalised(float[] crops, int side, IReadOnlyList<float> mean, IReadOnlyList<float> deviation)
    {
        var normalised = new float[crops.Length];
        int plane = side * side;
        for (int at = 0, channel = 0; at < crops.Length; at += plane, channel = (channel + 1) % 3)
            for (int i = at; i < at + plane; i++)
                normalised[i] = (crops[i] - mean[channel]) / deviation[channel];
        return normalised;
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private TapValues Tap(OrtValue output, int index, int side)
    {
        var shape = output.GetTensorTypeAndShape().Shape;
        int stride = 4 << index;
        if (shape.Length != 4 || shape[2] != side / stride || shape[3] != side / stride)
            throw new DxmiException($"The teacher's tap '{_teacher.Taps[index]}' gives [{string.Join(", ", shape)}] for crops of {side} pixels.",
                $"[N, C, {side / stride}, {side / stride}], a tap of stride {stride}, was expected.", "Name the taps of strides 4, 8 and 16 in this order.");
        return new TapValues(output.GetTensorDataAsSpan<float>().ToArray(), shape);
    }

    private void Require(IReadOnlyList<string> names, string name, string kind)
    {
        if (names.Contains(name))
            return;
        _session.Dispose();
        throw new DxmiException($"The teacher {_teacher.ModelPath} has no {kind} '{name}'.",
            $"It has {string.Join(", ", names)}.", "Name one of them in the teacher's description.");
    }
}
