using DxmiMlNet.Detection;
using DxmiMlNet.Features;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Export;

/// <summary>
/// The <see cref="JointGraph"/> of a chain, ready to run: one session for each number of threads that is asked for, opened at first use. Any number of threads
/// may use one.
/// </summary>
/// <param name="features">From image to features.</param>
/// <param name="detector">From features to score and map.</param>
internal sealed class JointModel(PatchFeatureTransformer features, GraphAnomalyTransformer detector) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, OnnxSession> _sessions = [];
    private byte[]? _graph;

    /// <summary>Room for one image at a time.</summary>
    /// <param name="threads">Threads inside one run.</param>
    public JointRun Begin(int threads) => new(Session(threads), features, detector);

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var session in _sessions.Values)
                session.Dispose();
            _sessions.Clear();
        }
    }

    private OnnxSession Session(int threads)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(threads, out var session))
                _sessions[threads] = session = new OnnxSession(_graph ??= JointGraph.Write(features, detector), "The model's graph", threads);
            return session;
        }
    }
}
