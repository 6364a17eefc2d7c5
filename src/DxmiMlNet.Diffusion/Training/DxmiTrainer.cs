using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Maximum-entropy inverse reinforcement learning of a diffusion sampler with an energy (Yoon et al., NeurIPS 2024), energy and value as separate
/// networks: <see cref="Iterate"/> is one iteration, its five steps in the paper's order. Everything is per dimension.
/// </summary>
public class DxmiTrainer : ITrainingPhase
{
    private const double SamplerClip = 0.1;

    private readonly Tensor _data;   // [N, D]
    private readonly TrainedSampler[] _samplers;   // of one number of steps, or of several on the same parameters
    private TrainedSampler _current;               // of this iteration
    private readonly Adam _energyAdam, _valueAdam, _samplerAdam, _sigmaAdam;
    private readonly MovingAverage _energyAverage, _samplerAverage, _sigmaAverage;
    private readonly Tensor _figures;   // of the last iteration: energy of data and of samples, value loss, sampler loss
    private readonly double _dataSpread;
    private Tensor? _samples;           // x_T of the last iteration

    /// <param name="data">Training samples, [N, D]; kept, not copied.</param>
    /// <param name="energy">E.</param>
    /// <param name="value">V.</param>
    /// <param name="sampler">pi.</param>
    /// <param name="options">Settings.</param>
    /// <param name="generator">Draws batches and noise; a CPU generator for CPU tensors.</param>
    public DxmiTrainer(Tensor data, Energy energy, ValueNetwork value, Sampler sampler, DxmiOptions options, Generator generator)
        : this(data, [new TrainedSampler(sampler, value, energy, options)], options, generator)
    {
    }

    private protected DxmiTrainer(Tensor data, TrainedSampler[] samplers, DxmiOptions options, Generator generator)
    {
        _data = data;
        _samplers = samplers;
        _current = samplers[0];
        Options = options;
        Generator = generator;
        var guards = options.Guards;
        var (sampler, value, energy) = (Sampler, Value, Energy);   // the parameters are the same in all
        _energyAdam = new Adam(energy.Parameters.Flat, guards.Momentum, options.Energy.Clip);
        _valueAdam = new Adam(value.Parameters.Flat);
        _samplerAdam = new Adam(sampler.Parameters.Flat, guards.Momentum, SamplerClip);
        _sigmaAdam = new Adam(sampler.LogSigmas.Flat);
        _energyAverage = new MovingAverage(energy.Parameters, guards.AverageDecay);
        _samplerAverage = new MovingAverage(sampler.Parameters, guards.AverageDecay);
        _sigmaAverage = new MovingAverage(sampler.LogSigmas, guards.AverageDecay);
        using var scope = NewDisposeScope();
        _figures = zeros(4, device: data.device).DetachFromDisposeScope();
        _dataSpread = data.std(0).mean().item<float>();
    }

    /// <inheritdoc/>
    public string Name => "DxMI";

    /// <inheritdoc/>
    public int Iterations => Options.Iterations;

    /// <summary>s_t^2 of the running cost, [T].</summary>
    /// <param name="sampler">The sampler that is trained, or one of several.</param>
    public Tensor VelocityVariance(Sampler sampler) => _samplers.First(s => s.Sampler == sampler).Velocity.Variance;

    private protected Energy Energy => _current.Energy;

    private protected ValueNetwork Value => _current.Value;

    private protected Sampler Sampler => _current.Sampler;

    private protected DxmiOptions Options { get; }

    private protected Generator Generator { get; }

    /// <inheritdoc/>
    public void Iterate(int iteration)
    {
        using var scope = NewDisposeScope();
        double rate = LearningRate.Cosine(iteration, Options.Iterations, Options.Guards.FinalRate);
        _current = _samplers[Choose()];
        var rollout = RollOut();                                                            // 1. x_0 .. x_T of the current sampler
        _current.Velocity.Update(rollout.SquaredVelocity());                                // 2. AVR: s_t^2 follows the trajectories
        StepEnergy(rollout, rate * LearningRate.Ramp(iteration, Options.Energy.Warmup));    // 3. E falls at data, rises at x_T
        StepValues(rollout, rate);                                                          // 4. DxDP: V learns the costs to come
        StepSampler(rollout, rate * SamplerPace(iteration));                                // 5. pi lowers the costs to come
        foreach (var average in Averages)
            average.Update();
    }

    /// <summary>Trajectories of an iteration.</summary>
    private protected virtual int Trajectories => Options.BatchSize;

    /// <summary>Which of the samplers an iteration trains.</summary>
    private protected virtual int Choose() => 0;

    // 1. Trajectories of the current sampler, some of them from noised data.
    private Rollout RollOut()
    {
        int partway = Sampler.Steps > 1 ? (int)(Options.Sampler.PartwayShare * Trajectories) : 0;   // one step has no part-way
        var rollout = Rollout.Run(Sampler, Trajectories - partway, partway > 0 ? Batch(partway) : null, Generator);
        _samples?.Dispose();
        _samples = rollout.Samples.DetachFromDisposeScope();
        return rollout;
    }

    // 3. L_E on as many data as samples.
    private protected virtual void StepEnergy(Rollout rollout, double rate) => LearnEnergy(Batch(rollout.Samples.shape[0]), rollout.Samples, rate);

    // 4. For t = T-1 down to 0: V(x_t, t) learns V(x_{t+1}, t+1) + tau2 c_t - tau1 log sigma_t with V(., T) := E and a fresh x_{t+1}.
    private protected virtual void StepValues(Rollout rollout, double rate)
    {
        for (int t = Sampler.Steps - 1; t >= 0; t--)
        {
            using var scope = NewDisposeScope();
            LearnValue(rollout.States[t], t, Target(rollout, t), rate);
        }
    }

    // 5. L_pi on shuffled (x_t, t), as many of every t.
    private protected virtual void StepSampler(Rollout rollout, double rate) => LearnSampler(rollout, 0, Math.Max(1, Options.BatchSize / Sampler.Steps), rate);

    /// <summary>The factor of the sampler's rate at an iteration.</summary>
    private protected virtual double SamplerPace(int iteration) => 1;

    /// <summary>The steps t = 0 to this one - 1 have a learned value; from it on V(., t) := E.</summary>
    private protected virtual int ValuedSteps => Sampler.Steps;

    // One step down L_E = mean E(data) - mean E(x_T) + gamma (mean E(data)^2 + mean E(x_T)^2) + lambda D (mean |grad E(data)|^2 + mean |grad E(x_T)|^2),
    // on as many data as samples: one pass through the network serves both.
    private protected void LearnEnergy(Tensor data, Tensor samples, double rate)
    {
        using var scope = NewDisposeScope();
        var settings = Options.Energy;
        var x = cat([data, samples]).detach().requires_grad_(settings.GradientPenalty > 0);
        var energies = Energy.Evaluate(x);
        long rows = data.shape[0];
        Tensor ofData = energies.narrow(0, 0, rows).mean(), ofSamples = energies.narrow(0, rows, rows).mean();
        var loss = ofData.Minus(ofSamples);
        if (settings.Regularization > 0)
            loss = loss.Plus(energies.Squared().mean().Times(2 * settings.Regularization));
        if (settings.GradientPenalty > 0)
            loss = loss.Plus(SquaredSlope(energies, x).Times(2 * settings.GradientPenalty));
        _energyAdam.Apply(Energy.Parameters.Gradient(loss), rate * settings.Rate);
        Note(0, ofData);
        Note(1, ofSamples);
    }

    // D mean |grad E(x)|^2, differentiable: [B] that depends on [B, D] to a scalar
    internal static Tensor SquaredSlope(Tensor energies, Tensor x)
        => autograd.grad([energies.sum()], [x], retain_graph: true, create_graph: true)[0].Squared().sum(-1L).mean().Times(x.shape[1]);

    // V(x_{t+1}, t+1) + tau2 c_t - tau1 log sigma_t, [n_t], with a fresh x_{t+1}.
    private Tensor Target(Rollout rollout, int t)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var mean = rollout.Means[t];
        var next = mean.Plus(Sampler.LogSigma(t).exp() * Normal(mean.shape));
        var future = t + 1 < ValuedSteps ? Value.Evaluate(next, t + 1) : Energy.Evaluate(next);
        return future.Plus(Cost(rollout.States[t], next, t)).MoveToOuterDisposeScope();
    }

    // tau2 c_t - tau1 log sigma_t of steps of given trajectories, [n_t].
    private protected Tensor Cost(Tensor x, Tensor next, int t) => _current.EntropyMask[t] * Weighed(_current.Velocity.Cost(x, next, t), Sampler.LogSigma(t));

    // One step down L_V = mean (V(x_t, t) - target)^2.
    private protected void LearnValue(Tensor x, int t, Tensor target, double rate)
    {
        var loss = ValueLoss(x, t, target);
        if (t == 0)
            Note(2, loss);
        _valueAdam.Apply(Value.Parameters.Gradient(loss), rate * Options.Values.Rate);
    }

    private protected virtual Tensor ValueLoss(Tensor x, int t, Tensor target) => Value.Evaluate(x, t).Minus(target).Squared().mean();

    // One step down L_pi = mean(V(x_{t+1}, t+1) + tau2 c_t - tau1 log sigma_t), on so many states of every step from the first on; gradient through x_{t+1}.
    private protected void LearnSampler(Rollout rollout, int first, long perStep, double rate)
    {
        using var scope = NewDisposeScope();
        int steps = Sampler.Steps;
        var t = arange(first, steps, device: _data.device).repeat_interleave(perStep);
        var x = cat(rollout.States.Skip(first).Select(states => Draw(states, perStep)).ToArray());
        var logSigma = _current.LogSigmas().index_select(0, t);
        var next = Sampler.Mean(x, t).Plus(logSigma.exp().unsqueeze(1) * Normal(x.shape));
        long valued = perStep * Math.Max(0, ValuedSteps - 1 - first);   // rows whose next state has a learned value
        var future = Energy.Evaluate(next.narrow(0, valued, next.shape[0] - valued));
        if (valued > 0)
            future = cat([Value.Evaluate(next.narrow(0, 0, valued), t.narrow(0, perStep, valued)), future]);   // at t + 1: the step of the block after
        var loss = future.Plus(_current.EntropyMask.index_select(0, t) * Weighed(_current.Velocity.Cost(x, next, t), logSigma)).mean();
        var gradients = FlatParameters.Gradients(loss, Sampler.Parameters, Sampler.LogSigmas);
        _samplerAdam.Apply(gradients[0], rate * Options.Sampler.Rate);
        _sigmaAdam.Apply(gradients[1], rate * Options.Sampler.SigmaRate);
        Note(3, loss);
    }

    private Tensor Weighed(Tensor cost, Tensor logSigma) => cost.Times(Options.CostWeight).Minus(logSigma.Times(Options.EntropyWeight));

    /// <inheritdoc/>
    public PhaseMetrics Check(int iteration)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        float[] values = [.. _figures.cpu().data<float>()];
        double spread = _samples!.std(0).mean().item<float>() / _dataSpread;
        if (Array.Exists(values, v => !float.IsFinite(v)) || !double.IsFinite(spread))
            throw new DivergedException(Name, iteration, "a loss or an energy is not finite");
        if (spread < Options.Guards.SmallestSpread)
            throw new DivergedException(Name, iteration, $"the samples' spread fell to {spread:F2} of the data's: the sampler has collapsed");
        if (spread > Options.Guards.LargestSpread)
            throw new DivergedException(Name, iteration, $"the samples' spread rose to {spread:F1} times the data's: the sampler has run away");
        var sigmas = Sampler.LogSigmaOfSteps().exp().cpu().data<float>().ToArray();
        return new PhaseMetrics(
            ("energy of data", values[0]), ("energy of samples", values[1]), ("value loss", values[2]), ("sampler loss", values[3]),
            ("spread", spread), ("first sigma", sigmas[0]), ("last sigma", sigmas[^1]));
    }

    /// <summary>Puts the moving averages of sampler and energy into the networks.</summary>
    public void Finish()
    {
        foreach (var average in Averages)
            average.Apply();
    }

    /// <summary>Runs an action while sampler and energy have their moving averages, as they will after <see cref="Finish"/>.</summary>
    /// <param name="action">What to do; it leaves the networks as they are.</param>
    public void WithAverages(Action action)
    {
        Array.ForEach(Averages, average => average.Swap());
        try
        {
            action();
        }
        finally
        {
            Array.ForEach(Averages, average => average.Swap());
        }
    }

    /// <inheritdoc/>
    public virtual void Write(BinaryWriter writer)
    {
        foreach (var adam in Adams)
            adam.Write(writer);
        foreach (var average in Averages)
            average.Write(writer);
        foreach (var sampler in _samplers)
            sampler.Velocity.Write(writer);
    }

    /// <inheritdoc/>
    public virtual void Read(BinaryReader reader)
    {
        foreach (var adam in Adams)
            adam.Read(reader);
        foreach (var average in Averages)
            average.Read(reader);
        foreach (var sampler in _samplers)
            sampler.Velocity.Read(reader);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the trainer holds; the networks are their owner's.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        IDisposable?[] held = [.. Adams, .. Averages, .. _samplers, _figures, _samples];
        foreach (var disposable in held)
            disposable?.Dispose();
    }

    private Adam[] Adams => [_energyAdam, _valueAdam, _samplerAdam, _sigmaAdam];

    private MovingAverage[] Averages => [_energyAverage, _samplerAverage, _sigmaAverage];

    /// <summary>Random data, [rows, D].</summary>
    private protected Tensor Batch(long rows) => Draw(_data, rows);

    /// <summary>Random rows of a tensor.</summary>
    private protected Tensor Draw(Tensor from, long rows) => from.index_select(0, randint(0, from.shape[0], [rows], device: from.device, generator: Generator));

    private Tensor Normal(long[] shape) => randn(shape, device: _data.device, generator: Generator);

    // Figures are read when they are checked, not every iteration.
    private void Note(int index, Tensor value)
    {
        using var _ = no_grad();
        _figures[index].copy_(value);
    }
}
