using DxmiMlNet.Detection.Parts;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>What held-back good rows say of the two maps and of their sum.</summary>
/// <param name="Bank">Scale of the distance to the bank.</param>
/// <param name="Energy">Scale of the energy's map.</param>
/// <param name="BankWeight">Weight of the first in the sum.</param>
/// <param name="Score">The score of the sum.</param>
internal sealed record FittedMaps(MapScale Bank, MapScale Energy, double BankWeight, PooledScore Score)
{
    /// <param name="bank">Distances to the bank of all rows, each without its own block's patches.</param>
    /// <param name="energy">Maps of the energy, of the rows that standardise; they are the last ones of all.</param>
    /// <param name="bankWeight">Weight of the first in the sum.</param>
    /// <param name="shares">Shares that are pooled.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    public static FittedMaps Of(IReadOnlyList<HeldBackMap> bank, IReadOnlyList<HeldBackMap> energy, double bankWeight, IReadOnlyList<double> shares, int height, int width)
    {
        MapScale bankScale = MapScale.Of(bank, height, width), energyScale = MapScale.Of(energy, height, width);
        var sums = energy.Zip(bank.Skip(bank.Count - energy.Count), (e, b) =>
        {
            float[] scaled = energyScale.Apply(e.Values), near = bankScale.Apply(b.Values);
            return e with { Values = [.. scaled.Zip(near, (x, y) => (float)(x + bankWeight * y))] };
        }).ToArray();
        return new FittedMaps(bankScale, energyScale, bankWeight, PooledScore.Of(sums, shares));
    }
}
