namespace DxmiMlNet.Lab.Synthesis;

/// <summary>
/// The camera and the light of one shot: illumination gradient, vignette, exposure (+-10 %), colour temperature (red against blue, +-2 %), defocus, sRGB-like tone curve, sensor noise.
/// </summary>
internal sealed class Camera
{
    private const int ToneSteps = 4096;
    private static readonly float[] s_tone = ToneCurve();

    private readonly int _size;
    private readonly PortableRandom _random;
    private readonly float _tiltX, _tiltY, _vignette, _centreX, _centreY, _defocus, _noise;
    private readonly float[] _gain;

    public Camera(int size, PortableRandom random)
    {
        _size = size;
        _random = random;
        double direction = random.Uniform(0, (float)Math.Tau);
        float tilt = random.Uniform(0.02f, 0.16f);
        _tiltX = tilt * PortableMath.Cos(direction);
        _tiltY = tilt * PortableMath.Sin(direction);
        _vignette = random.Uniform(0.06f, 0.22f);
        _centreX = random.Uniform(-0.2f, 0.2f);
        _centreY = random.Uniform(-0.2f, 0.2f);
        // Pixels at 256: optics do not get sharper with fewer pixels.
        _defocus = random.Uniform(0.42f, 0.72f) * Math.Max(size / Placement.Field, 0.8f);
        _noise = random.Uniform(0.7f, 1.3f);
        float exposure = random.Uniform(0.9f, 1.1f), warmth = random.Uniform(-0.02f, 0.02f);
        _gain = [exposure * (1 + warmth), exposure, exposure * (1 - warmth)];
    }

    /// <summary>The image without noise, grey levels 0 to 255 with fraction. <paramref name="light"/> [S, S, 3] is used up.</summary>
    public float[] Develop(float[] light)
    {
        for (int y = 0; y < _size; y++)
        {
            float v = (2 * y + 1f) / _size - 1;
            for (int x = 0; x < _size; x++)
            {
                float u = (2 * x + 1f) / _size - 1;
                float fromCentre = (u - _centreX) * (u - _centreX) + (v - _centreY) * (v - _centreY);
                float lit = (1 + _tiltX * u + _tiltY * v) * (1 - _vignette * fromCentre * 0.5f);
                for (int c = 0; c < 3; c++)
                    light[(y * _size + x) * 3 + c] *= lit * _gain[c];
            }
        }
        GaussianBlur.Apply(light, _size, channels: 3, _defocus);
        for (int i = 0; i < light.Length; i++)
            light[i] = Tone(light[i]);
        return light;
    }

    /// <summary>Adds the sensor's noise (a fixed part and one that grows with the root of the signal) and rounds to bytes.</summary>
    public byte[] Expose(float[] levels)
    {
        var pixels = new byte[levels.Length];
        for (int i = 0; i < levels.Length; i += 3)
        {
            // Interpolating the colour filter makes neighbouring channels share most of their noise.
            float shared = _random.Normal();
            for (int c = 0; c < 3; c++)
            {
                float sigma = _noise * (0.5f + 0.07f * MathF.Sqrt(levels[i + c]));
                float value = levels[i + c] + sigma * (0.8f * shared + 0.6f * _random.Normal());
                pixels[i + c] = (byte)Math.Clamp(value + 0.5f, 0, 255);
            }
        }
        return pixels;
    }

    /// <summary>Linear 0..1 to grey level: the sRGB power law, bending softly into white above 0.8.</summary>
    private static float[] ToneCurve()
    {
        var curve = new float[ToneSteps * 2 + 2];
        for (int i = 0; i < curve.Length; i++)
        {
            double linear = (double)i / ToneSteps;
            double bent = linear < 0.8 ? linear : 0.8 + 0.2 * (1 - PortableMath.Exp((0.8 - linear) / 0.2));
            curve[i] = 255 * (float)(bent <= 0.0031308 ? 12.92 * bent : 1.055 * PortableMath.Pow(bent, 1 / 2.4) - 0.055);
        }
        return curve;
    }

    private static float Tone(float linear)
    {
        float at = Math.Clamp(linear, 0, 2) * ToneSteps;
        int i = (int)at;
        return s_tone[i] + (at - i) * (s_tone[i + 1] - s_tone[i]);
    }
}
