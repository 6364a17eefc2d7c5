using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>
/// Where the part lies under the camera. Part coordinates run from 0 to 256 over the nominal image whatever its size in pixels,
/// so that a set looks the same at every resolution; the fixture is off by up to 3 units and 1 degree.
/// </summary>
internal sealed class Placement
{
    /// <summary>Side of the field of view in part units.</summary>
    public const float Field = 256;

    private readonly float _unitsPerPixel, _cos, _sin;
    private readonly Vector2 _shift;

    public Placement(int size, PortableRandom part)
    {
        _unitsPerPixel = Field / size;
        _shift = new(part.Uniform(-3, 3), part.Uniform(-3, 3));
        double angle = part.Uniform(-1, 1) * Math.PI / 180;
        _cos = PortableMath.Cos(angle);
        _sin = PortableMath.Sin(angle);
    }

    public float UnitsPerPixel => _unitsPerPixel;

    /// <summary>The part's point seen at the centre of pixel (x, y).</summary>
    public Vector2 ToPart(int x, int y)
    {
        float dx = (x + 0.5f) * _unitsPerPixel - Field / 2, dy = (y + 0.5f) * _unitsPerPixel - Field / 2;
        return new Vector2(_cos * dx + _sin * dy + Field / 2, _cos * dy - _sin * dx + Field / 2) + _shift;
    }

    /// <summary>The pixel position, with fraction, at which the part's point is seen.</summary>
    public Vector2 ToPixel(Vector2 part)
    {
        var q = part - _shift - new Vector2(Field / 2);
        return new Vector2(_cos * q.X - _sin * q.Y + Field / 2, _sin * q.X + _cos * q.Y + Field / 2) / _unitsPerPixel - new Vector2(0.5f);
    }
}
