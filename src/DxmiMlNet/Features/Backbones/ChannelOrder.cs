using System.Text.Json.Serialization;

namespace DxmiMlNet.Features.Backbones;

/// <summary>Which colour a backbone's first input channel holds; written "RGB" or "BGR" in JSON.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue (torchvision, Keras).</summary>
    [JsonStringEnumMemberName("RGB")] Rgb,

    /// <summary>Blue, green, red (Caffe, OpenCV).</summary>
    [JsonStringEnumMemberName("BGR")] Bgr,
}
