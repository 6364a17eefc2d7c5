using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>
/// The trainable parameters of one network as views of a single flat tensor: one optimiser step, one gradient norm and one copy
/// serve all of them, which is what small networks spend their time on otherwise.
/// </summary>
public sealed class FlatParameters : IDisposable
{
    private readonly Tensor[] _leaves;
    private readonly Tensor[] _constants;

    private readonly bool _isOwner;

    private FlatParameters(Tensor flat, Tensor[] leaves, Tensor[] constants, bool isOwner = true)
    {
        Flat = flat;
        _leaves = leaves;
        _constants = constants;
        _isOwner = isOwner;
    }

    /// <summary>All values in one row, [P]; the leaves share its memory. Change it in place only, and only without gradients.</summary>
    public Tensor Flat { get; }

    /// <summary>Number of values, P.</summary>
    public long Count => Flat.numel();

    /// <summary>One parameter in its own shape, by the index that <see cref="Layout.Add"/> returned.</summary>
    public Tensor this[int index] => _leaves[index];

    /// <summary>The gradient of a scalar with respect to all parameters as one row, [P]; unused parameters get zeros.</summary>
    /// <param name="loss">A scalar that depends on the parameters.</param>
    public Tensor Gradient(Tensor loss) => Gradients(loss, this)[0];

    /// <summary>The gradients of a scalar with respect to several networks' parameters, in one backward pass.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="networks">Whose gradients; unused parameters get zeros.</param>
    public static Tensor[] Gradients(Tensor loss, params FlatParameters[] networks)
    {
        Tensor[] leaves = [.. networks.SelectMany(n => n._leaves)];
        var gradients = autograd.grad([loss], leaves, allow_unused: true);
        int at = 0;
        return Array.ConvertAll(networks, network => cat(Array.ConvertAll(network._leaves, leaf =>
        {
            var gradient = gradients[at++];
            return (gradient is { IsInvalid: false } ? gradient : zeros_like(leaf)).reshape(-1);
        })));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var constant in _constants)
            constant.Dispose();
        if (!_isOwner)
            return;
        foreach (var leaf in _leaves)
            leaf.Dispose();
        Flat.Dispose();
    }

    /// <summary>Collects the shapes of a network's parameters before they are allocated together.</summary>
    public sealed class Layout
    {
        private readonly List<(long[] Shape, double Bound, double Centre)> _entries = [];
        private readonly List<Tensor> _constants = [];

        /// <summary>Adds a parameter that starts uniform in centre ± bound, and returns its index.</summary>
        /// <param name="bound">Half-width of the start interval; 0 for a constant start.</param>
        /// <param name="centre">Middle of the start interval.</param>
        /// <param name="shape">Its shape.</param>
        public int Add(double bound, double centre, params long[] shape)
        {
            _entries.Add((shape, bound, centre));
            return _entries.Count - 1;
        }

        /// <summary>Hands a constant of the network over: it lives and is released with the parameters.</summary>
        public Tensor Own(Tensor constant)
        {
            _constants.Add(constant.DetachFromDisposeScope());
            return constant;
        }

        /// <summary>The parameters of another network of the same shapes, with the constants of this layout: both networks are the same function of their inputs and constants.</summary>
        /// <param name="owner">Keeps and releases the parameters; it outlives what is returned.</param>
        internal FlatParameters Share(FlatParameters owner)
        {
            if (!_entries.Select(e => string.Join('x', e.Shape)).SequenceEqual(owner._leaves.Select(leaf => string.Join('x', leaf.shape))))
                throw new ArgumentException("The parameters of a network of other shapes were to be shared. Expected the same shapes in the same order. Build the network with the same sizes.", nameof(owner));
            return new FlatParameters(owner.Flat, owner._leaves, [.. _constants], isOwner: false);
        }

        /// <summary>Allocates the parameters on a device and draws their start values.</summary>
        /// <param name="generator">A CPU generator: the same seed gives the same start on every device.</param>
        /// <param name="device">Where the parameters live.</param>
        public FlatParameters Build(Generator generator, Device device)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var parts = _entries.Select(e => e.Bound > 0
                ? empty(e.Shape).uniform_(e.Centre - e.Bound, e.Centre + e.Bound, generator).reshape(-1)
                : full(e.Shape, e.Centre).reshape(-1)).ToArray();
            var flat = cat(parts).to(device).DetachFromDisposeScope();
            var leaves = new Tensor[parts.Length];
            long at = 0;
            for (int i = 0; i < leaves.Length; i++)
            {
                long count = parts[i].numel();
                leaves[i] = flat.narrow(0, at, count).view(_entries[i].Shape).detach().requires_grad_(true).DetachFromDisposeScope();
                at += count;
            }
            return new FlatParameters(flat, leaves, [.. _constants]);
        }
    }
}
