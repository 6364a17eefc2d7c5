using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>
/// The backbone with one linear head a tap, a 1 x 1 convolution that predicts the teacher's normalised tap.
/// The heads are thrown away at export: the taps hold what predicts the teacher linearly, and of the heads only their metric stays.
/// </summary>
internal sealed class DistillationNetwork : nn.Module<Tensor, Tensor[]>
{
    private readonly ModuleList<Conv2d> _heads = new();
    private readonly TapStatistics[] _statistics;

    public DistillationNetwork(BackboneArchitecture architecture, TapStatistics[] statistics) : base(nameof(DistillationNetwork))
    {
        _statistics = statistics;
        Backbone = new InspectionBackbone(architecture);
        foreach (var (stage, tap) in architecture.Stages.Zip(statistics))
            _heads.Add(nn.Conv2d(stage.Channels, tap.Mean.Length, 1));
        RegisterComponents();
        register_module(nameof(Backbone), Backbone);
    }

    /// <summary>What is exported.</summary>
    public InspectionBackbone Backbone { get; }

    /// <param name="crops">[B, 3, S, S].</param>
    /// <returns>The predicted normalised taps, [B, C of the teacher, S / stride, S / stride].</returns>
    public override Tensor[] forward(Tensor crops) => Backbone.forward(crops).Select((tap, i) => _heads[i].forward(tap)).ToArray();

    /// <summary>
    /// Of each tap the matrix L [C, C], row major, with L'L = H'H C / C of the teacher, H the head: between mapped taps the Euclidean distance is
    /// the one between the predicted teacher's taps, so that the metric of the teacher survives without its channels.
    /// From H'H = V diag(l) V' follows L = diag(sqrt(l)) V', the channel of the largest gain first.
    /// </summary>
    public float[][] MetricMaps()
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return _heads.Select(head =>
        {
            var h = head.weight!.cpu().flatten(1).to(float64);   // [C of the teacher, C]
            var (gains, vectors) = linalg.eigh(matmul(h.t(), h) * tensor((double)h.shape[1] / h.shape[0]));
            var map = nn.functional.relu(gains).sqrt().unsqueeze(1) * vectors.t();
            return map.flip(0).to(float32).contiguous().data<float>().ToArray();
        }).ToArray();
    }

    /// <summary>
    /// Of each tap: the mean squared error of the normalised values, the mean over the patches of 1 - cosine between predicted and true
    /// channels, and the mean square of the true values, which is the error of a network that knows nothing.
    /// </summary>
    public (Tensor Squared, Tensor Cosine, Tensor Power)[] Losses(CropBatch batch, int side, Device device)
    {
        var one = ones(1, device: device);
        return forward(batch.ToTensor(side, device)).Select((predicted, i) =>
        {
            var truth = _statistics[i].Normalised(batch.Taps[i], device);
            return (nn.functional.mse_loss(predicted, truth), one - nn.functional.cosine_similarity(predicted, truth, 1, 1e-4).mean(), (truth * truth).mean());
        }).ToArray();
    }
}
