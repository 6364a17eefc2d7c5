namespace DxmiMlNet.Lab.Synthesis;

/// <summary>Separable Gaussian blur of an interleaved square image, in place; the border is repeated.</summary>
internal static class GaussianBlur
{
    /// <param name="image">Values [size, size, channels].</param>
    /// <param name="size">Side in pixels.</param>
    /// <param name="channels">Values a pixel.</param>
    /// <param name="sigma">Standard deviation in pixels.</param>
    public static void Apply(float[] image, int size, int channels, float sigma)
    {
        int radius = (int)MathF.Ceiling(2.5f * sigma);
        var kernel = new float[radius + 1];
        float sum = 0;
        for (int k = 0; k <= radius; k++)
        {
            kernel[k] = (float)PortableMath.Exp(-0.5 * k * k / (sigma * sigma));
            sum += k == 0 ? kernel[k] : 2 * kernel[k];
        }
        for (int k = 0; k <= radius; k++)
            kernel[k] /= sum;

        int row = size * channels;
        var line = new float[(size + 2 * radius) * channels];
        for (int y = 0; y < size; y++)
            Filter(image, y * row, channels, line);
        for (int x = 0; x < size; x++)
            Filter(image, x * channels, row, line);

        void Filter(float[] values, int start, int stride, float[] padded)
        {
            for (int i = 0; i < size + 2 * radius; i++)
                Array.Copy(values, start + Math.Clamp(i - radius, 0, size - 1) * stride, padded, i * channels, channels);
            for (int i = 0; i < size; i++)
                for (int c = 0; c < channels; c++)
                {
                    int at = (i + radius) * channels + c;
                    float value = kernel[0] * padded[at];
                    for (int k = 1; k <= radius; k++)
                        value += kernel[k] * (padded[at - k * channels] + padded[at + k * channels]);
                    values[start + i * stride + c] = value;
                }
        }
    }
}
