using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Maximum-entropy inverse reinforcement learning of a diffusion sampler with an energy (Yoon et al., NeurIPS 2024), energy and value as separate
/// networks: <see cref="Iterate"/> is one iteration, its steps in the paper's order. Everything is per dimension.
/// </summary>
public sealed class DxmiTrainer : ITrainingPhase
{
    private const double HeldEnergyWeight = 100;   // at 1 the energy is dragged along, at 100 it moves by less than a tenth of what the values do

    private readonly Tensor _data;   // [N, D]
    private readonly Energy _energy;
    private readonly ValueNetwork _value;
    private readonly Sampler _sampler;
    private readonly DxmiOptions _options;
    private readonly Generator _generator;
    private readonly AdaptiveVelocity _velocity;
    private readonly Adam _energyAdam, _valueAdam, _samplerAdam, _sigmaAdam;
    private readonly MovingAverage _energyAverage, _samplerAverage, _sigmaAverage;
    private readonly Tensor _blockSteps;      // step of every row of a sampler batch, rising, [k m] with k trained steps
    private readonly Tensor _entropyMask;     // 1 where a step's target has entropy and velocity terms, [T]
    private readonly Tensor?[] _figures = new Tensor?[4];   // of the last iteration: energy of data and of samples, value loss, sampler loss
    private readonly SampleMemory _memory;
    private readonly double _dataSpread;
    private readonly int _valued;             // V is learned at the steps 0 to this one; V(., t) is E beyond
    private readonly bool _isSingleNetwork;   // energy and values share their parameters
    private readonly int _firstTrained;       // the first step that the sampler's steps are on

    /// <param name="data">Training samples, [N, D]; kept, not copied.</param>
    /// <param name="energy">E.</param>
    /// <param name="value">V.</param>
    /// <param name="sampler">pi.</param>
    /// <param name="options">Settings.</param>
    /// <param name="generator">Draws batches and noise; a CPU generator for CPU tensors.</param>
    public DxmiTrainer(Tensor data, Energy energy, ValueNetwork value, Sampler sampler, DxmiOptions options, Generator generator)
    {
        _data = data;
        _energy = energy;
        _value = value;
        _sampler = sampler;
        _options = options;
        _generator = generator;
        var device = data.device;
        _velocity = new AdaptiveVelocity(sampler.Steps, options.VelocityDecay, options.AdaptiveVelocity, device);
        _energyAdam = new Adam(energy.Parameters, options.EnergyClip, options.Momentum);
        _valueAdam = new Adam(value.Parameters);
        _samplerAdam = new Adam(sampler.Parameters, options.SamplerClip, options.Momentum);
        _sigmaAdam = new Adam(sampler.LogSigmas);
        _energyAverage = new MovingAverage(energy.Parameters, options.AverageDecay);
        _samplerAverage = new MovingAverage(sampler.Parameters, options.AverageDecay);
        _sigmaAverage = new MovingAverage(sampler.LogSigmas, options.AverageDecay);
        _isSingleNetwork = energy == value.Energy;
        using var scope = NewDisposeScope();
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.EnergyValuedSteps, sampler.Steps);
        _valued = sampler.Steps - 1 - options.EnergyValuedSteps;
        int trained = options.TrainedLastSteps ?? sampler.Steps;
        ArgumentOutOfRangeException.ThrowIfLessThan(trained, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trained, sampler.Steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RememberedRollouts, 1);
        _memory = new SampleMemory(options.RememberedRollouts);
        _firstTrained = sampler.Steps - trained;
        int perStep = Math.Max(1, (options.SamplerBatchSize ?? options.BatchSize) / trained);
        _blockSteps = arange(_firstTrained, sampler.Steps, device: device).repeat_interleave(perStep).DetachFromDisposeScope();
        _entropyMask = (arange(sampler.Steps, device: device) < sampler.Steps - options.FreeLastSteps).to(ScalarType.Float32).DetachFromDisposeScope();
        _dataSpread = data.std(0).mean().item<float>();
    }

    /// <inheritdoc/>
    public string Name => "DxMI";

    /// <inheritdoc/>
    public int Iterations => _options.Iterations;

    /// <summary>s_t^2 of the running cost, [T].</summary>
    public Tensor VelocityVariance => _velocity.Variance;

    /// <inheritdoc/>
    public void Iterate(int iteration)
    {
        using var scope = NewDisposeScope();
        double rate = LearningRate.Factor(_options.Schedule, iteration, _options.Iterations, _options.FinalRate);
        var rollout = RollOut();
        _memory.Add(rollout.Samples);
        _velocity.Update(rollout.SquaredVelocity());
        for (int i = 0; i < _options.EnergySteps; i++)
            StepEnergy(rate * Ramp(iteration, _options.EnergyWarmup));
        StepValues(rollout, rate);
        if (iteration < _options.SamplerWarmup)
            Note(3, zeros(1, device: _data.device));   // no loss yet
        else
            for (int i = 0; i < _options.SamplerSteps; i++)
                StepSampler(rollout, rate * Ramp(iteration - _options.SamplerWarmup, _options.SamplerRamp));
        _energyAverage.Update();
        _samplerAverage.Update();
        _sigmaAverage.Update();
    }

    // 1. Trajectories of the current sampler.
    private Rollout RollOut()
    {
        int partway = (int)(_options.PartwayShare * _options.BatchSize);
        return Rollout.Run(_sampler, _options.BatchSize - partway, partway > 0 ? Batch(partway) : null, _generator);
    }

    // 3. L_E = mean E(data) - mean E(x_T) + gamma (mean E(data)^2 + mean E(x_T)^2) + lambda D (mean |grad E(data)|^2 + mean |grad E(x_T)|^2)
    private void StepEnergy(double rate)
    {
        int rows = _options.EnergyBatchSize ?? _options.BatchSize;
        var data = Batch(rows);
        var samples = _options.RememberedRollouts == 1 ? _memory.Latest : Draw(_memory.All, rows);
        bool penalised = _options.GradientPenalty > 0;
        if (penalised)
            (data, samples) = (data.detach().requires_grad_(true), samples.detach().requires_grad_(true));
        var ofData = _energy.Evaluate(data);
        var ofSamples = _energy.Evaluate(samples);
        Tensor meanOfData = ofData.mean(), meanOfSamples = ofSamples.mean();
        var loss = meanOfData.Minus(meanOfSamples);
        if (_options.EnergyRegularization > 0)
            loss = loss.Plus(ofData.Squared().mean().Plus(ofSamples.Squared().mean()).Times(_options.EnergyRegularization));
        if (penalised)
            loss = loss.Plus(SquaredSlope(ofData, data).Plus(SquaredSlope(ofSamples, samples)).Times(_options.GradientPenalty));
        _energyAdam.Step(loss, rate * _options.EnergyRate);
        Note(0, meanOfData);
        Note(1, meanOfSamples);
    }

    // D mean |grad E(x)|^2, differentiable: [B] that depends on [B, D] to a scalar
    internal static Tensor SquaredSlope(Tensor energies, Tensor x)
        => autograd.grad([energies.sum()], [x], retain_graph: true, create_graph: true)[0].Squared().sum(-1L).mean().Times(x.shape[1]);

    // 4. DxDP, for t = T-1 down to 0: V(x_t, t) learns V(x_{t+1}, t+1) + tau2 c_t - tau1 log sigma_t with V(., T) = E and a fresh x_{t+1};
    // from T - 1 - k down where the last k steps are valued by the energy. With lambda-returns x_{t+1} is the trajectory's own, and part of V(x_{t+1}, t+1) its target.
    private void StepValues(Rollout rollout, double rate)
    {
        double lambda = _options.ReturnWeight;
        Tensor? later = null;   // the target of step t + 1, [n_{t+1}]
        var (known, energies) = _isSingleNetwork ? KnownEnergies(rollout) : default;
        for (int t = _valued; t >= 0; t--)
        {
            var x = rollout.States[t];
            Tensor target;
            using (no_grad())
            {
                var next = lambda > 0 ? rollout.After(t) : rollout.Means[t].Plus(_sampler.LogSigmas[t].exp() * Normal(x.shape));
                var future = t < _valued ? _value.Evaluate(next, t + 1) : _energy.Evaluate(next);
                if (lambda > 0 && later is not null)
                    future = future.Times(1 - lambda).Plus(later.narrow(0, 0, x.shape[0]).Times(lambda));
                target = future.Plus(_entropyMask[t] * StepCost(_velocity.Cost(x, next, t), _sampler.LogSigmas[t]));
                later = target;
            }
            var loss = _value.Evaluate(x, t).Minus(target).Squared().mean();
            if (t == 0)
                Note(2, loss);
            if (_isSingleNetwork)
                loss = loss.Plus(_energy.Evaluate(known!).Minus(energies!).Squared().mean().Times(HeldEnergyWeight));
            _valueAdam.Step(loss, rate * _options.ValueRate);
        }
    }

    // Where energy and values are one network, a value step would move the energy that its own targets rest on, and both would run away. So it is held
    // where the energy step left it, at data and samples.
    private (Tensor Points, Tensor Energies) KnownEnergies(Rollout rollout)
    {
        using var _ = no_grad();
        var points = cat([rollout.Samples, Batch(_options.BatchSize)]);
        return (points, _energy.Evaluate(points));
    }

    // 5. L_pi = mean(V(x_{t+1}, t+1) + tau2 c_t - tau1 log sigma_t) on shuffled (x_t, t), as many of every t; gradient through x_{t+1}.
    private void StepSampler(Rollout rollout, double rate)
    {
        int steps = _sampler.Steps;
        long perStep = _blockSteps.shape[0] / (steps - _firstTrained);
        var x = cat(rollout.States.Skip(_firstTrained).Select(states => Draw(states, perStep)).ToArray());
        var logSigma = cat(Enumerable.Range(0, steps).Select(t => _options.FixLastSigma && t == steps - 1 ? _sampler.LogSigmas[t].detach() : _sampler.LogSigmas[t]).ToArray());
        var rowLogSigma = logSigma.index_select(0, _blockSteps);
        var next = _sampler.Mean(x, _blockSteps).Plus(rowLogSigma.exp().unsqueeze(1) * Normal(x.shape));
        long valued = perStep * Math.Max(0, _valued - _firstTrained), rest = next.shape[0] - valued;
        var byEnergy = _energy.Evaluate(next.narrow(0, valued, rest));
        var future = valued == 0 ? byEnergy : cat([_value.Evaluate(next.narrow(0, 0, valued), _blockSteps.narrow(0, perStep, valued)), byEnergy]);
        var mask = _entropyMask.index_select(0, _blockSteps);
        var loss = future.Plus(mask * StepCost(_velocity.Cost(x, next, _blockSteps), rowLogSigma)).mean();
        var gradients = FlatParameters.Gradients(loss, _sampler.Parameters, _sampler.LogSigmas);
        _samplerAdam.Apply(gradients[0], rate * _options.SamplerRate);
        _sigmaAdam.Apply(gradients[1], rate * _options.SigmaRate);
        Note(3, loss);
    }

    // tau2 c_t - tau1 log sigma_t
    private Tensor StepCost(Tensor cost, Tensor logSigma) => cost.Times(_options.CostWeight).Minus(logSigma.Times(_options.EntropyWeight));

    /// <inheritdoc/>
    public PhaseMetrics Check(int iteration)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var values = Array.ConvertAll(_figures, figure => figure!.item<float>());
        double spread = _memory.Latest.std(0).mean().item<float>() / _dataSpread;
        if (Array.Exists(values, v => !float.IsFinite(v)) || !double.IsFinite(spread))
            throw new DivergedException(Name, iteration, "a loss or an energy is not finite");
        if (spread < _options.SmallestSpread)
            throw new DivergedException(Name, iteration, $"the samples' spread fell to {spread:F2} of the data's: the sampler has collapsed");
        if (spread > _options.LargestSpread)
            throw new DivergedException(Name, iteration, $"the samples' spread rose to {spread:F1} times the data's: the sampler has run away");
        var sigmas = _sampler.LogSigmas.Flat.exp().cpu().data<float>().ToArray();
        return new PhaseMetrics(
            ("energy of data", values[0]), ("energy of samples", values[1]), ("value loss", values[2]), ("sampler loss", values[3]),
            ("spread", spread), ("first sigma", sigmas[0]), ("last sigma", sigmas[^1]));
    }

    /// <summary>Puts the moving averages of sampler and energy into the networks.</summary>
    public void Finish()
    {
        _energyAverage.Apply();
        _samplerAverage.Apply();
        _sigmaAverage.Apply();
    }

    /// <summary>Runs an action while sampler and energy have their moving averages, as they will after <see cref="Finish"/>.</summary>
    /// <param name="action">What to do; it leaves the networks as they are.</param>
    public void WithAverages(Action action)
    {
        MovingAverage[] averages = [_energyAverage, _samplerAverage, _sigmaAverage];
        Array.ForEach(averages, average => average.Swap());
        try
        {
            action();
        }
        finally
        {
            Array.ForEach(averages, average => average.Swap());
        }
    }

    void ITrainingPhase.Write(BinaryWriter writer)
    {
        foreach (var adam in new[] { _energyAdam, _valueAdam, _samplerAdam, _sigmaAdam })
            adam.Write(writer);
        foreach (var average in new[] { _energyAverage, _samplerAverage, _sigmaAverage })
            average.Write(writer);
        _velocity.Write(writer);
        _memory.Write(writer);
    }

    void ITrainingPhase.Read(BinaryReader reader)
    {
        foreach (var adam in new[] { _energyAdam, _valueAdam, _samplerAdam, _sigmaAdam })
            adam.Read(reader);
        foreach (var average in new[] { _energyAverage, _samplerAverage, _sigmaAverage })
            average.Read(reader);
        _velocity.Read(reader);
        _memory.Read(reader, _options.BatchSize, _sampler.Dimension, _data.device);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var disposable in new IDisposable[] { _velocity, _energyAdam, _valueAdam, _samplerAdam, _sigmaAdam,
            _energyAverage, _samplerAverage, _sigmaAverage, _blockSteps, _entropyMask, _memory })
            disposable.Dispose();
        foreach (var figure in _figures)
            figure?.Dispose();
    }

    private Tensor Batch(int rows) => Draw(_data, rows);

    private Tensor Draw(Tensor from, long rows) => from.index_select(0, randint(0, from.shape[0], [rows], device: from.device, generator: _generator));

    // A factor that rises to 1 over the first iterations.
    private static double Ramp(int iteration, int length) => Math.Min(1, (iteration + 1.0) / Math.Max(1, length));

    private Tensor Normal(long[] shape) => randn(shape, device: _data.device, generator: _generator);

    // Figures are read when they are checked, not every iteration.
    private void Note(int index, Tensor value) => Keep(ref _figures[index], value);

    private static void Keep(ref Tensor? kept, Tensor value)
    {
        kept?.Dispose();
        kept = value.detach().DetachFromDisposeScope();
    }
}
