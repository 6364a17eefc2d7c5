using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Export;

/// <summary>What <see cref="ImagePreprocessor"/> does, as nodes of a graph: bytes of any size to a backbone's input.</summary>
internal static class ImageGraph
{
    /// <summary>
    /// Adds resampling and normalisation of images [N, H, W, 3] (UInt8; red, green, blue) and returns their name, [N, 3, height, width]. ONNX's antialiased linear
    /// Resize has the weights of <see cref="ResampleWeights"/>: a triangle as wide as the reduction, normalised over the pixels inside.
    /// </summary>
    public static string Add(OnnxGraph graph, string image, int height, int width, BackboneInput input)
    {
        var planes = graph.Node("Transpose", [image], ("perm", [0, 3, 1, 2]));
        if (input.ChannelOrder == ChannelOrder.Bgr)
            planes = graph.Node("Gather", [planes, graph.Constant("blue_first", [2L, 1, 0], 3)], ("axis", 1L));
        var pixels = graph.Node("Cast", [planes], ("to", (long)OnnxType.Float));
        // Whole sizes, of which the first is the number of images: a constant for two axes alone is lost by ONNX Runtime 1.31 when it fuses 8-bit operators.
        var images = graph.Node("Shape", [image], ("start", 0L), ("end", 1L));
        var sizes = graph.Node("Concat", [images, graph.Constant("image_size", [3L, height, width], 3)], ("axis", 0L));
        var resized = graph.Node("Resize", [pixels, "", "", sizes],
            ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"), ("antialias", 1L), ("exclude_outside", 1L));
        resized = graph.Reshape(resized, 0, 3, height, width);   // the shape is known again
        var (gain, offset) = input.Affine;
        return graph.Node("Add", [graph.Node("Mul", [resized, graph.Constant("gain", gain, 3, 1, 1)]), graph.Constant("offset", offset, 3, 1, 1)]);
    }
}
