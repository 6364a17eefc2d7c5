namespace DxmiMlNet.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;

    /// <summary>The command did its work, but some images failed; the results name them.</summary>
    public const int FailedItems = 1;

    /// <summary>Wrong options, missing data, a bad model: nothing was done.</summary>
    public const int WrongUse = 2;

    /// <summary>Stopped by Ctrl-C, as shells report it (128 + SIGINT).</summary>
    public const int Cancelled = 130;

    /// <summary>Ended by SIGTERM without having stopped by itself in time (128 + SIGTERM).</summary>
    public const int Terminated = 143;

    public static int Of(int failed) => failed > 0 ? FailedItems : Fine;
}
