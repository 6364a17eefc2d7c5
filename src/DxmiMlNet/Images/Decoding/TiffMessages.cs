using System.Globalization;
using BitMiracle.LibTiff.Classic;

namespace DxmiMlNet.Images.Decoding;

/// <summary>
/// Keeps what LibTiff says about a file of ours. Its error handler is one for the process and prints to the console:
/// ours collects while <see cref="Read"/> runs on the same thread, and else hands on to the one that was there.
/// </summary>
internal sealed class TiffMessages : TiffErrorHandler
{
    [ThreadStatic]
    private static List<string>? t_collected;

    private static readonly TiffErrorHandler s_previous = Tiff.SetErrorHandler(new TiffMessages()) ?? new TiffErrorHandler();

    /// <summary>Runs <paramref name="read"/>; LibTiff's errors in it become the text of the exception.</summary>
    /// <exception cref="InvalidDataException"><paramref name="read"/> failed.</exception>
    public static void Read(Action read)
    {
        _ = s_previous;
        t_collected = [];
        try
        {
            read();
        }
        // On a corrupt file LibTiff throws whatever its code runs into, an index out of range or a null reference for example.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException(t_collected.Count > 0 ? t_collected[0] : e.Message, e);
        }
        finally
        {
            t_collected = null;
        }
    }

    /// <inheritdoc/>
    public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
    {
        if (t_collected is { } collected)
            collected.Add(string.Format(CultureInfo.InvariantCulture, format, args));
        else
            s_previous.ErrorHandler(tif, method, format, args);
    }

    /// <inheritdoc/>
    public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
        if (t_collected is null)
            s_previous.ErrorHandlerExt(tif, clientData, method, format, args);
    }

    /// <inheritdoc/>
    public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
    {
        if (t_collected is null)   // unknown tags, mostly: cameras write their own
            s_previous.WarningHandler(tif, method, format, args);
    }

    /// <inheritdoc/>
    public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
        if (t_collected is null)
            s_previous.WarningHandlerExt(tif, clientData, method, format, args);
    }
}
