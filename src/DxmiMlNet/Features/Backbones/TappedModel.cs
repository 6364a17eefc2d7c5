using DxmiMlNet.Onnx;

namespace DxmiMlNet.Features.Backbones;

/// <summary>Turns a backbone into a model whose one output is the patch features of its taps.</summary>
internal static class TappedModel
{
    /// <summary>The oldest operator set whose Resize has half-pixel centres.</summary>
    public const int OldestOpset = 11;

    private const string Prefix = "dxmi/";

    /// <summary>
    /// Cuts the model back to what the taps need and appends: each tap averaged over its 3 x 3 neighbours (those inside the grid), brought
    /// to one grid (a finer tap is averaged over the taps of a patch where that is a whole number, all others are resized linearly), all of them
    /// joined on channels, as [N, H, W, C].
    /// </summary>
    /// <param name="file">The backbone.</param>
    /// <param name="what">What the model is, for error texts: "The backbone resnet18".</param>
    /// <param name="input">Name of its image input.</param>
    /// <param name="taps">Tensors of Single, outputs or not; every stride a multiple of the finest. Tokens are brought to a map first.</param>
    /// <param name="image">Image size in pixels, multiples of the coarsest stride.</param>
    /// <param name="grid">H and W.</param>
    /// <returns>A model [N, 3, height, width] -> "Features" [N, H, W, C] (another name where the backbone has that one).</returns>
    /// <exception cref="DxmiException">The input or a tap does not exist, or the model cannot be cut; the message says why.</exception>
    public static byte[] WithTaps(this OnnxFile file, string what, string input, IReadOnlyList<BackboneTap> taps,
        (int Height, int Width) image, (int Height, int Width) grid)
    {
        if (file.Opset < OldestOpset)
            throw new DxmiException($"{what} is of opset {file.Opset}.", $"Opset {OldestOpset} or above was expected.",
                $"Export it again with opset {OldestOpset} to 21.");
        RequireInput(file, what, input);

        var prefix = Prefix;
        while (file.Tensors.Any(t => t.StartsWith(prefix, StringComparison.Ordinal)))
            prefix += Prefix;   // a backbone that was tapped before
        var features = file.Tensors.Contains("Features") ? prefix + "Features" : "Features";
        var graph = new OnnxGraph(BackboneCut.To(file, what, input, taps.Select(t => t.Tensor)), prefix);
        graph.Input(input, OnnxType.Float, -1, 3, image.Height, image.Width);
        graph.Output(features, OnnxType.Float, -1, -1, -1, -1);
        string[] maps = [.. taps.Select(tap => OnGrid(graph, Map(graph, tap, image), (image.Height / tap.Stride, image.Width / tap.Stride), grid))];
        var joined = maps.Length == 1 ? maps[0] : graph.Node("Concat", maps, ("axis", 1L));
        graph.Node("Transpose", [joined], features, ("perm", [0, 2, 3, 1]));
        return graph.ToModel();
    }

    // Tokens [N, prefix + h w, C] become a map [N, C, h, w].
    private static string Map(OnnxGraph graph, BackboneTap tap, (int Height, int Width) image)
    {
        if (!tap.Tokens)
            return tap.Tensor;
        var tokens = graph.Node("Slice", [tap.Tensor, graph.Constant("from", [(long)tap.PrefixTokens], 1), graph.Constant("to", [long.MaxValue], 1), graph.Constant("axes", [1L], 1)]);
        return graph.Reshape(graph.Node("Transpose", [tokens], ("perm", [0, 2, 1])), 0, 0, image.Height / tap.Stride, image.Width / tap.Stride);
    }

    private static string OnGrid(OnnxGraph graph, string tap, (int Height, int Width) from, (int Height, int Width) to)
    {
        var map = graph.Node("AveragePool", [tap], ("kernel_shape", [3, 3]), ("strides", [1, 1]), ("pads", [1, 1, 1, 1]), ("count_include_pad", 0L));
        // Whole numbers of a finer tap's values in a patch: their mean. What is left, a ratio below 2 or a coarser tap, is resized.
        int down = Math.Max(1, from.Height / to.Height), across = Math.Max(1, from.Width / to.Width);
        if (down > 1 || across > 1)
        {
            map = graph.Node("AveragePool", [map], ("kernel_shape", [down, across]), ("strides", [down, across]));
            from = (from.Height / down, from.Width / across);
        }
        if (from == to)
            return map;
        var region = graph.Constant("region", ReadOnlySpan<float>.Empty, 0);   // only crop_and_resize reads it, but opset 11 asks for it
        var scales = graph.Constant("scales", [1f, 1f, Ratio(to.Height, from.Height), Ratio(to.Width, from.Width)], 4);
        return graph.Node("Resize", [map, region, scales], ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"));

        // The output has floor(input * scale) values: a ratio that is rounded down would lose the last one.
        static float Ratio(int to, int from) => to % from == 0 ? to / from : MathF.BitIncrement((float)to / from);
    }

    /// <summary>Makes sure that the model takes colour images of Single at an input.</summary>
    /// <exception cref="DxmiException">It does not, or has no such input.</exception>
    public static void RequireInput(OnnxFile file, string what, string input)
    {
        var declared = file.Inputs.FirstOrDefault(i => i.Name == input)
            ?? throw new DxmiException($"{what} has no input '{input}'.", $"Its inputs are {string.Join(", ", file.Inputs.Select(i => i.Name))}.",
                "Correct 'input.name'.");
        if (declared.ElementType is not (OnnxType.Float or default(OnnxType)))
            throw new DxmiException($"{what} wants its input '{input}' as {declared.ElementType}.", "A backbone that takes Single was expected.",
                "Export it again in 32 bits.");
        if (declared.Dimensions is { } shape && (shape.Length != 4 || shape[1] is not (-1 or 3)))
            throw new DxmiException($"{what} wants its input '{input}' as {declared.ShapeText}.", "[N, 3, H, W] was expected.",
                "Export it again for colour images in that order.");
    }
}
