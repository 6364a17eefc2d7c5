namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A lamp and the room's light: Blinn-Phong shading of a relief seen from straight above.</summary>
/// <param name="Azimuth">Direction the lamp shines from, radians, 0 = right, pi/2 = below in the image.</param>
/// <param name="Elevation">Height of the lamp over the surface, radians.</param>
/// <param name="Ambient">Part of the light that comes from everywhere, 0 to 1.</param>
/// <param name="ShininessLog2">The mirror reflection is the 2^n-th power of the cosine to the half vector.</param>
internal sealed record Lighting(float Azimuth, float Elevation, float Ambient, int ShininessLog2)
{
    /// <summary>Reflected light, linear, as [S, S, 3]; 1 is the sensor's white.</summary>
    public float[] Shade(Surface surface)
    {
        int size = surface.Size;
        // Sums are written out: Vector3's differ between processors in their order.
        float lampX = PortableMath.Cos(Azimuth) * PortableMath.Cos(Elevation);
        float lampY = PortableMath.Sin(Azimuth) * PortableMath.Cos(Elevation);
        float lampZ = PortableMath.Sin(Elevation);
        float halfLength = MathF.Sqrt(lampX * lampX + lampY * lampY + (lampZ + 1) * (lampZ + 1));
        float halfX = lampX / halfLength, halfY = lampY / halfLength, halfZ = (lampZ + 1) / halfLength;
        // A flat surface reflects its albedo, whatever the lamp's height.
        float diffuse = (1 - Ambient) / lampZ;
        float slope = 0.5f / surface.Placement.UnitsPerPixel;
        var height = surface.Height;
        var image = new float[size * size * 3];
        for (int y = 0; y < size; y++)
        {
            int up = Math.Max(y - 1, 0) * size, here = y * size, down = Math.Min(y + 1, size - 1) * size;
            for (int x = 0; x < size; x++)
            {
                float dx = slope * (height[here + Math.Min(x + 1, size - 1)] - height[here + Math.Max(x - 1, 0)]);
                float dy = slope * (height[down + x] - height[up + x]);
                float length = MathF.Sqrt(dx * dx + dy * dy + 1);
                float toLamp = (lampZ - dx * lampX - dy * lampY) / length;
                float mirror = Math.Max(0, (halfZ - dx * halfX - dy * halfY) / length);
                for (int n = 0; n < ShininessLog2; n++)
                    mirror *= mirror;
                float light = Ambient + diffuse * Math.Max(0, toLamp);
                float glint = surface.Gloss[here + x] * mirror;
                var albedo = surface.Albedo[here + x];
                int at = (here + x) * 3;
                image[at] = albedo.R * light + glint;
                image[at + 1] = albedo.G * light + glint;
                image[at + 2] = albedo.B * light + glint;
            }
        }
        return image;
    }
}
