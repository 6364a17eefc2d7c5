using DxmiMlNet.Detection;
using DxmiMlNet.Features;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Export;

/// <summary>Scores one image after the other in the same memory. Not thread-safe: one a thread.</summary>
internal sealed class JointRun : IDisposable
{
    private readonly PatchFeatureTransformer _features;
    private readonly float[] _image, _map, _score = new float[1];
    private readonly float[]? _ignored;
    private readonly OnnxRun _run;

    public JointRun(OnnxSession session, PatchFeatureTransformer features, GraphAnomalyTransformer detector)
    {
        _features = features;
        var (height, width, _) = detector.Grid;
        _image = new float[3 * features.ImageHeight * features.ImageWidth];
        _map = new float[height * width];
        (string, float[], long[])[] inputs = [(JointGraph.Image, _image, [1, 3, features.ImageHeight, features.ImageWidth])];
        if (detector.Ignores)
        {
            _ignored = new float[height * width];
            inputs = [.. inputs, (JointGraph.Ignored, _ignored, [1, height, width])];
        }
        _run = new OnnxRun(session, inputs, [(JointGraph.Map, _map, [1, height, width]), (JointGraph.Score, _score, [1])]);
    }

    /// <summary>[H, W] of the last image; overwritten by the next.</summary>
    public float[] Map => _map;

    /// <summary>The score of an image.</summary>
    /// <param name="image">The pixels.</param>
    /// <param name="ignored">[H, W], true for the patches that are left out; null inspects all. Needs a detector that ignores.</param>
    /// <exception cref="DxmiException">The image is smaller than a patch, or its score is no number.</exception>
    public float Score(PixelFrame image, bool[]? ignored)
    {
        _features.Preprocess(image, _image);
        if (_ignored is not null)
            for (int p = 0; p < _ignored.Length; p++)
                _ignored[p] = ignored is not null && ignored[p] ? 1 : 0;
        _run.Run();
        return float.IsNaN(_score[0]) ? throw _features.NotFinite() : _score[0];
    }

    public void Dispose() => _run.Dispose();
}
