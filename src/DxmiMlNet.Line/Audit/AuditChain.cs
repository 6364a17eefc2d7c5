using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DxmiMlNet.Line;

/// <summary>
/// Links audit rows: the hash of each is SHA-256 over the hash of the row before and over everything in the row. A row that was changed, taken out, put in or moved breaks the
/// chain; rows taken off its end are missed by the head, which says how many there must be. Whoever can write the whole database can make a new chain: note the head elsewhere from
/// time to time.
/// </summary>
internal static class AuditChain
{
    private const int Batch = 1000;

    /// <summary>What stands for the row before the first.</summary>
    public static readonly string Beginning = new('0', 64);

    public static AuditRow Next(long number, string previous, DateTimeOffset at, string kind, string subject, string body)
    {
        var row = new AuditRow(number + 1, at, kind, subject, body, previous, "");
        return row with { Hash = HashOf(row) };
    }

    /// <summary>Looks at every row.</summary>
    public static async Task<AuditVerification> VerifyAsync(IJournal journal, CancellationToken cancellation)
    {
        // The head first: rows that are added meanwhile are looked at, too, and need no head.
        var (count, head) = await journal.AuditHeadAsync(cancellation).ConfigureAwait(false);
        string previous = Beginning;
        long number = 0;
        while (true)
        {
            var rows = await journal.AuditAsync(number, Batch, cancellation).ConfigureAwait(false);
            foreach (var row in rows)
            {
                if (row.Number != number + 1)
                    return Broken(number, $"row {number + 1} is missing: {row.Number} follows {number}");
                if (row.Previous != previous)
                    return Broken(number, $"row {row.Number} does not follow row {number}: one of them was replaced");
                if (row.Hash != HashOf(row))
                    return Broken(number, $"row {row.Number} ({row.Kind} of '{row.Subject}') was changed");
                (number, previous) = (row.Number, row.Hash);
                if (number == count && row.Hash != head)
                    return Broken(number, $"the head says that row {number} has another hash");
            }
            if (rows.Count == 0)
                break;
        }
        return number < count ? Broken(number, $"rows {number + 1} to {count} are missing at the end") : new AuditVerification(true, number, previous, null);

        static AuditVerification Broken(long good, string what) => new(false, good, "", what);
    }

    // Lengths before the parts: no two different rows give the same bytes.
    private static string HashOf(AuditRow row)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            foreach (string part in new[] { row.Previous, row.Number.ToString(CultureInfo.InvariantCulture), row.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
                row.Kind, row.Subject, row.Body })
                writer.Write(part);
        }
        return Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }
}

/// <summary>What came of looking at the audit chain.</summary>
/// <param name="Intact">Whether nothing was changed, taken out or put in.</param>
/// <param name="Rows">Rows that are good, from the first on.</param>
/// <param name="Head">Hash of the last of them; empty where the chain is broken.</param>
/// <param name="Problem">What is wrong with the next one; null where nothing is.</param>
public sealed record AuditVerification(bool Intact, long Rows, string Head, string? Problem);
