using System.Diagnostics;
using System.Globalization;

namespace DxmiMlNet.Cli.Output;

/// <summary>The most memory this process has held.</summary>
internal static class PeakMemory
{
    /// <summary>Resident memory at its peak, in units of 2^20 bytes.</summary>
    public static double Megabytes()
    {
        using var process = Process.GetCurrentProcess();
        long bytes = process.PeakWorkingSet64;
        if (bytes == 0 && OperatingSystem.IsLinux())
            bytes = ReadHighWaterMark();
        return Math.Round(bytes / 1048576.0, 1);
    }

    // "VmHWM:   123456 kB"
    private static long ReadHighWaterMark()
    {
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
