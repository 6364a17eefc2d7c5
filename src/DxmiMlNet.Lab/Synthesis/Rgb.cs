namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A colour or reflectance, linear light, 0 to 1 a channel.</summary>
internal readonly record struct Rgb(float R, float G, float B)
{
    public static Rgb Grey(float value) => new(value, value, value);

    public static Rgb operator *(Rgb colour, float factor) => new(colour.R * factor, colour.G * factor, colour.B * factor);
}
