using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A wandering line on the part: the path of a scratch or a crack.</summary>
internal sealed class Curve
{
    private readonly Vector2[] _points;
    private readonly float _step;

    private Curve(Vector2[] points, float step)
    {
        _points = points;
        _step = step;
        var low = points.Aggregate(Vector2.Min);
        var high = points.Aggregate(Vector2.Max);
        Centre = (low + high) / 2;
        Radius = Math.Max(high.X - low.X, high.Y - low.Y) / 2;
    }

    /// <summary>Centre of the bounding square.</summary>
    public Vector2 Centre { get; }

    /// <summary>Half the side of the bounding square, part units.</summary>
    public float Radius { get; }

    /// <summary>A walk of straight steps.</summary>
    /// <param name="start">First point.</param>
    /// <param name="heading">First direction, radians.</param>
    /// <param name="length">Length in part units.</param>
    /// <param name="step">Length of one step.</param>
    /// <param name="bend">Steady turn a step, radians.</param>
    /// <param name="jitter">Standard deviation of the random deviation of a step, radians.</param>
    /// <param name="random">The defect's stream.</param>
    public static Curve Walk(Vector2 start, float heading, float length, float step, float bend, float jitter, PortableRandom random)
    {
        var points = new Vector2[Math.Max(2, (int)(length / step) + 1)];
        points[0] = start;
        for (int i = 1; i < points.Length; i++)
        {
            heading += bend;
            float direction = heading + jitter * random.Normal();
            points[i] = points[i - 1] + step * new Vector2(PortableMath.Cos(direction), PortableMath.Sin(direction));
        }
        return new(points, step);
    }

    /// <summary>The point a fraction (0 to 1) along the curve.</summary>
    public Vector2 At(float fraction) => _points[(int)(fraction * (_points.Length - 1))];

    /// <summary>The curve moved sideways.</summary>
    public Curve Moved(Vector2 by) => new(Array.ConvertAll(_points, p => p + by), _step);

    /// <summary>Distance to the nearest point of the curve, its side as sign, and how far along it lies (0 to 1).</summary>
    public (float Distance, float Along) Nearest(Vector2 point)
    {
        float best = float.MaxValue, along = 0, side = 1;
        for (int i = 0; i + 1 < _points.Length; i++)
        {
            var leg = _points[i + 1] - _points[i];
            var to = point - _points[i];
            float t = Math.Clamp((to.X * leg.X + to.Y * leg.Y) / (_step * _step), 0, 1);
            var away = to - t * leg;
            float squared = away.X * away.X + away.Y * away.Y;
            if (squared >= best)
                continue;
            best = squared;
            along = (i + t) / (_points.Length - 1);
            side = leg.X * to.Y - leg.Y * to.X < 0 ? -1 : 1;
        }
        return (side * MathF.Sqrt(best), along);
    }
}
