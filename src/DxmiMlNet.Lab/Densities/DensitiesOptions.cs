namespace DxmiMlNet.Lab.Densities;

/// <summary>What of the experiments on densities is run.</summary>
public sealed record DensitiesOptions
{
    /// <summary>Folder to write to; rows that it holds already are kept.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Names of densities, of <see cref="Density.All"/>.</summary>
    public IReadOnlyList<string> Densities { get; init; } = [.. Density.All.Select(density => density.Name)];

    /// <summary>
    /// Whether the rows are those of a sampler for any number of steps, in each of them, guided and converted to one step, with samplers of fixed numbers beside it; else
    /// those of the method's paper.
    /// </summary>
    public bool AnyStep { get; init; }

    /// <summary>Runs of every row, with the seeds 1 to this; 1 or more.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>Iterations of every run, 1 or more.</summary>
    public int Iterations { get; init; } = new DensityRun { Density = "" }.Iterations;

    /// <summary>Samples, and as many data points, that are measured; 1 or more.</summary>
    public int Points { get; init; } = new DensityRun { Density = "" }.Points;

    /// <summary>Rows trained at a time, 1 or more; each keeps a processor busy.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Threads of libtorch, 1 or more.</summary>
    public int Threads { get; init; } = 1;
}
