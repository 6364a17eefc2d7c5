namespace DxmiMlNet.Evaluation;

/// <summary>Carries metrics over from one record to another.</summary>
public static class MetricSetExtensions
{
    /// <summary>The same record with the metrics of another.</summary>
    /// <typeparam name="T">A record that carries metrics.</typeparam>
    /// <param name="record">Keeps everything else.</param>
    /// <param name="metrics">Where the metrics are taken from.</param>
    public static T WithMetrics<T>(this T record, MetricSet metrics)
        where T : MetricSet
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(metrics);
        return record with
        {
            ImageAuroc = metrics.ImageAuroc,
            AveragePrecision = metrics.AveragePrecision,
            PixelAuroc = metrics.PixelAuroc,
            Aupro = metrics.Aupro,
            F1Best = metrics.F1Best,
            F1BestThreshold = metrics.F1BestThreshold,
            F1AtThreshold = metrics.F1AtThreshold,
            FalseRejectRate = metrics.FalseRejectRate,
        };
    }
}
