namespace DxmiMlNet.Lab.Distillation;

/// <summary>
/// Cuts a square crop out of a photograph and varies it: place, scale and shape, mirror and quarter turns, brightness, contrast and gamma,
/// grey, blur and noise. Everything follows from the random numbers given, so that a crop can be made again.
/// </summary>
internal static class CropAugmentation
{
    /// <summary>Fills one crop.</summary>
    /// <param name="photo">The photograph.</param>
    /// <param name="random">Source of all choices.</param>
    /// <param name="side">Side of the crop in pixels.</param>
    /// <param name="crop">[3, side, side], RGB in 0..1.</param>
    public static void Random(Photo photo, Random random, int side, Span<float> crop)
    {
        double area = photo.Width * (double)photo.Height * Uniform(random, 0.3, 1);
        double aspect = Math.Exp(Uniform(random, Math.Log(0.75), Math.Log(4 / 3.0)));
        double width = Math.Min(photo.Width, Math.Sqrt(area * aspect)), height = Math.Min(photo.Height, Math.Sqrt(area / aspect));
        var window = new Window(random.NextDouble() * (photo.Width - width), random.NextDouble() * (photo.Height - height), width, height);
        int orientation = random.Next(8);
        Resample(photo, window, orientation, ToneCurve(random), side, crop);
        if (random.NextDouble() < 0.3)
            Grey(crop);
        if (random.NextDouble() < 0.3)
            for (int passes = random.Next(1, 4); passes > 0; passes--)
                Blur(crop, side);
        if (random.NextDouble() < 0.3)
            Noise(crop, random, Uniform(random, 0.005, 0.05));
    }

    /// <summary>Fills the crop that measures: the largest centred square, as it is.</summary>
    public static void Centre(Photo photo, int side, Span<float> crop)
    {
        double square = Math.Min(photo.Width, photo.Height);
        var curve = new float[256];
        for (int i = 0; i < 256; i++)
            curve[i] = i / 255f;
        Resample(photo, new Window((photo.Width - square) / 2, (photo.Height - square) / 2, square, square), 0, curve, side, crop);
    }

    private readonly record struct Window(double X, double Y, double Width, double Height);

    private static double Uniform(Random random, double low, double high) => low + random.NextDouble() * (high - low);

    /// <summary>Brightness, contrast and gamma as one table from byte to 0..1.</summary>
    private static float[] ToneCurve(Random random)
    {
        double gamma = Math.Exp(Uniform(random, -0.5, 0.5)), contrast = Math.Exp(Uniform(random, -1, 0.3)), brightness = Uniform(random, -0.2, 0.2);
        var curve = new float[256];
        for (int i = 0; i < 256; i++)
            curve[i] = (float)Math.Clamp((Math.Pow(i / 255.0, gamma) - 0.5) * contrast + 0.5 + brightness, 0, 1);
        return curve;
    }

    /// <summary>Bilinear sampling of the window, turned to one of the 8 orientations of a square.</summary>
    private static void Resample(Photo photo, Window window, int orientation, float[] curve, int side, Span<float> crop)
    {
        int plane = side * side;
        for (int row = 0; row < side; row++)
            for (int column = 0; column < side; column++)
            {
                var (u, v) = (orientation & 1) == 0 ? (column, row) : (row, column);
                if ((orientation & 2) != 0)
                    u = side - 1 - u;
                if ((orientation & 4) != 0)
                    v = side - 1 - v;
                float x = (float)Math.Clamp(window.X + (u + 0.5) * window.Width / side - 0.5, 0, photo.Width - 1);
                float y = (float)Math.Clamp(window.Y + (v + 0.5) * window.Height / side - 0.5, 0, photo.Height - 1);
                int left = (int)x, top = (int)y;
                int right = Math.Min(left + 1, photo.Width - 1), bottom = Math.Min(top + 1, photo.Height - 1);
                float fx = x - left, fy = y - top;
                int a = (top * photo.Width + left) * 3, b = (top * photo.Width + right) * 3;
                int c = (bottom * photo.Width + left) * 3, d = (bottom * photo.Width + right) * 3;
                var pixels = photo.Pixels;
                for (int channel = 0; channel < 3; channel++)
                {
                    float upper = curve[pixels[a + channel]] * (1 - fx) + curve[pixels[b + channel]] * fx;
                    float lower = curve[pixels[c + channel]] * (1 - fx) + curve[pixels[d + channel]] * fx;
                    crop[channel * plane + row * side + column] = upper * (1 - fy) + lower * fy;
                }
            }
    }

    /// <summary>All channels become the luma of ITU-R BT.601.</summary>
    private static void Grey(Span<float> crop)
    {
        int plane = crop.Length / 3;
        for (int i = 0; i < plane; i++)
        {
            float luma = 0.299f * crop[i] + 0.587f * crop[plane + i] + 0.114f * crop[2 * plane + i];
            crop[i] = crop[plane + i] = crop[2 * plane + i] = luma;
        }
    }

    /// <summary>One pass of the binomial filter (1, 2, 1) / 4 along rows, then columns; edges repeat.</summary>
    private static void Blur(Span<float> crop, int side)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            var plane = crop.Slice(channel * side * side, side * side);
            for (int i = 0; i < side; i++)
                BlurLine(plane[(i * side)..], 1, side);
            for (int i = 0; i < side; i++)
                BlurLine(plane[i..], side, side);
        }
    }

    private static void BlurLine(Span<float> line, int step, int count)
    {
        float before = line[0], here = line[0];
        for (int i = 0; i < count; i++)
        {
            float after = i + 1 < count ? line[(i + 1) * step] : here;
            line[i * step] = (before + 2 * here + after) * 0.25f;
            (before, here) = (here, after);
        }
    }

    /// <summary>Gaussian noise by the polar method (Marsaglia), two numbers a draw.</summary>
    private static void Noise(Span<float> crop, Random random, double deviation)
    {
        for (int i = 0; i < crop.Length; i += 2)
        {
            double u, v, s;
            do
            {
                (u, v) = (random.NextDouble() * 2 - 1, random.NextDouble() * 2 - 1);
                s = u * u + v * v;
            }
            while (s is >= 1 or 0);
            double scale = deviation * Math.Sqrt(-2 * Math.Log(s) / s);
            crop[i] = (float)Math.Clamp(crop[i] + u * scale, 0, 1);
            if (i + 1 < crop.Length)
                crop[i + 1] = (float)Math.Clamp(crop[i + 1] + v * scale, 0, 1);
        }
    }
}
