#:project ../src/DxmiMlNet.Lab/DxmiMlNet.Lab.csproj
#:project ../src/DxmiMlNet.Interactive/DxmiMlNet.Interactive.csproj
#:package TorchSharp-cpu
using DxmiMlNet.Interactive.Stories;

// %% [markdown]
// # Inside DxMI
//
// DxMI trains two things together. A *sampler* goes from noise to data in a few steps. An *energy* is low where data is and high elsewhere: that is what a
// detector needs. The energy is the sampler's cost, and the sampler's products are what the energy learns to tell from data.
//
// On eight Gaussians in the plane all of it can be seen.

// %%
using DxmiMlNet.Interactive;
using DxmiMlNet.Lab.Densities;

var run = new DensityRun { Density = "8gaussians", Steps = 5, Iterations = 1000, Points = 2000, Seed = 1 };
var result = DensityExperiment.Run(run);
$"sliced Wasserstein distance {result.Distance.Second:F3}, energy AUROC {result.Auroc:F3} (the density itself: {result.IdealAuroc:F3})".Display();

// %% [markdown]
// ## The energy
//
// Left the logarithm of the true density, right what DxMI has learned from samples of it alone. Dark is low energy.

// %%
new HtmlPiece(DensityHtml.Landscapes(result)).Display();

// %% [markdown]
// ## The sampler
//
// Five steps from noise to the ring; the dots are where trajectories end.

// %%
new HtmlPiece(DensityHtml.Trajectories(result)).Display();

// %% [markdown]
// ## What entropy does
//
// The sampler's cost is the energy *minus* tau times its entropy. With hardly any entropy it has no reason to go to all places of low energy: samples
// clump, and the energy has nothing to learn from where they never go.

// %%
var greedy = DensityExperiment.Run(run with { Tau = 0.001, EnergyRate = DensityRun.RateFor(0.1) });
new HtmlPiece(DensityHtml.Samples(result)).Display();
new HtmlPiece(DensityHtml.Samples(greedy)).Display();
$"sliced Wasserstein distance {result.Distance.Second:F3} with tau 0.1, {greedy.Distance.Second:F3} with tau 0.001{(greedy.Divergence is null ? "" : ", stopped: " + greedy.Divergence)}".Display();
