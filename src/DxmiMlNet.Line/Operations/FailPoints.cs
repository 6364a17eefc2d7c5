namespace DxmiMlNet.Line;

/// <summary>
/// Named places between two steps that must survive a crash. Nothing happens there, unless a test says otherwise, or the environment variable
/// <c>DXMI_LINE_FAIL_POINT</c> names one: then the process ends there as by SIGKILL.
/// </summary>
internal class FailPoints
{
    private readonly string? _fatal = Environment.GetEnvironmentVariable("DXMI_LINE_FAIL_POINT");

    public virtual void Hit(string name)
    {
        if (_fatal == name)
            System.Diagnostics.Process.GetCurrentProcess().Kill();
    }
}
