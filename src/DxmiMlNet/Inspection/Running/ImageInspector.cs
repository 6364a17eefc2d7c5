using DxmiMlNet.Explanation;
using DxmiMlNet.Export;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Images;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>
/// Inspects one image at a time with backbone and detector in one session, without rows between them; its memory serves image after image. Any number of
/// inspectors share a model. Not thread-safe itself.
/// </summary>
internal sealed class ImageInspector : IDisposable
{
    private readonly InspectionModel _model;
    private readonly PixelBuffer _pixels = new(), _maskPixels = new();
    private readonly JointRun _run;

    /// <param name="model">The model.</param>
    /// <param name="run">Where its images are scored; it is this inspector's.</param>
    public ImageInspector(InspectionModel model, JointRun run)
    {
        _model = model;
        _run = run;
    }

    /// <summary>Reads and inspects an image; whatever goes wrong with it is in the result.</summary>
    public InspectionResult Inspect(InspectionSource source, InspectionSettings settings)
    {
        using var memory = DecodingMemory.Keep();   // pixels live until the inspection ends
        try
        {
            return Inspect(source.Read(_pixels), source.Item, Ignored(source.IgnoreMask), settings);
        }
        catch (Exception e)
        {
            return Failed(source.Item, e);
        }
        finally
        {
            _pixels.Trim();
            _maskPixels.Trim();
        }
    }

    /// <summary>Inspects pixels in memory; whatever goes wrong with them is in the result, but for sizes that do not fit together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sizes do not fit together.</exception>
    public InspectionResult Inspect(ReadOnlySpan<byte> pixels, int width, int height, int stride, ImagePixelFormat format, string name, InspectionSettings settings)
    {
        var item = InspectionSource.Named(name);
        var frame = PixelFrame.Of(pixels, width, height, stride, format, _pixels);
        try
        {
            return Inspect(frame, item, _model.Masks?.Mask.Ignored, settings);
        }
        catch (Exception e)
        {
            return Failed(item, e);
        }
    }

    public void Dispose() => _run.Dispose();

    private InspectionResult Inspect(PixelFrame image, InspectionItem item, bool[]? ignored, InspectionSettings settings)
    {
        if (ignored is not null && !Array.Exists(ignored, i => i))
            ignored = null;
        if (ignored is not null && !_model.Detector.Ignores)
            throw InspectionModel.NeedsMasks();
        float score = _run.Score(image, ignored);
        var calibration = _model.Calibration;
        string category = calibration.IsByCategory ? item.Category : "";
        string verdict = calibration.Judge(score, category);
        var (height, width, _) = _model.Detector.Grid;
        // Pictures and regions cost more than the score: only who asks pays for them.
        FoundRegions? found = settings.Regions || settings.Masks
            ? DefectRegions.Search(_run.Map, height, width, image.Height, image.Width, _model.Regions.Threshold, _model.Regions.MinimumArea, ignored) : null;
        var result = new InspectionResult(item)
        {
            Score = score,
            PValue = (float)calibration.PValue(score, category),
            IsRejected = verdict == Decisions.Verdicts.Reject,
            Verdict = verdict,
            Regions = found?.Regions ?? [],
            Mask = settings.Masks ? RegionMask.Of(found!, image.Height, image.Width) : null,
            Map = settings.Maps ? new AnomalyMap([.. _run.Map], height, width) { Ignored = (bool[]?)ignored?.Clone() } : null,
        };
        return settings.Overlays ? Draw(image, ignored, result) : result;
    }

    private InspectionResult Draw(PixelFrame image, bool[]? ignored, InspectionResult result)
    {
        var (height, width, _) = _model.Detector.Grid;
        var overlay = _model.Overlay;
        var photograph = image.ToImage();
        try
        {
            return result with
            {
                Image = photograph,
                Overlay = AnomalyOverlay.Draw(photograph, _run.Map, height, width, overlay.Scale, overlay.Opacity, overlay.MinimumArea, ignored),
            };
        }
        catch
        {
            photograph.Dispose();
            throw;
        }
    }

    /// <summary>What is ignored on an image: [H, W]; null for a model without masks.</summary>
    private bool[]? Ignored(InspectionSource? mask)
    {
        if (mask is null)
            return _model.Masks?.Mask.Ignored;
        return _model.Masks is { } masks ? masks.Mask.With(mask.Read(_maskPixels), mask.Name, mask.MarkedFrom) : throw InspectionModel.NeedsMasks();
    }

    // The stages know pixels, not files: here the message gets the name that a person looks for.
    private static InspectionResult Failed(InspectionItem item, Exception e) => new(item)
    {
        Error = e switch
        {
            DxmiException known when known.What.Contains(item.ImagePath, StringComparison.Ordinal) => known,
            DxmiException known => new DxmiException($"Image '{item.ImagePath}' cannot be inspected: {known.What}", known.Expected, known.Remedy, known),
            _ => new DxmiException($"Image '{item.ImagePath}' cannot be inspected: {e.Message}", "A photograph as those the model was trained on was expected.",
                "Look at the image, and at whether memory and disk suffice.", e),
        },
    };
}
