using System.Threading.Channels;
using DxmiMlNet.Images;

namespace DxmiMlNet.Samples;

/// <summary>
/// Between a camera's callback and a window (WPF, Avalonia): frames come faster than they are inspected, so the newest waits and older ones are dropped.
/// <see cref="Inspected"/> is raised on a thread of its own; a window passes it on with its dispatcher.
/// </summary>
public sealed class CameraLoop : IAsyncDisposable
{
    private readonly Channel<(byte[] Pixels, int Width, int Height)> _frames = Channel.CreateBounded<(byte[], int, int)>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly InspectionModel _model;
    private readonly Task _loop;

    public CameraLoop(InspectionModel model)
    {
        _model = model;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Gets every result; whoever handles it does not keep it, for it is disposed afterwards.</summary>
    public event Action<InspectionResult>? Inspected;

    /// <summary>The camera's callback: copies the frame and returns at once.</summary>
    public void OnFrame(ReadOnlySpan<byte> bgr, int width, int height) => _frames.Writer.TryWrite((bgr.ToArray(), width, height));

    public async ValueTask DisposeAsync()
    {
        _frames.Writer.TryComplete();
        await _loop;
    }

    private async Task LoopAsync()
    {
        await foreach (var (pixels, width, height) in _frames.Reader.ReadAllAsync())
        {
            using var result = _model.Inspect(pixels, width, height, ImagePixelFormat.Bgr24);
            Inspected?.Invoke(result);
        }
    }
}
