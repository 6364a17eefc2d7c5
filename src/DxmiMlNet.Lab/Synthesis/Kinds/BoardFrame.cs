using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A coordinate system on the board: origin and angle.</summary>
internal sealed class BoardFrame(Vector2 origin, float degrees)
{
    private readonly float _cos = PortableMath.Cos(degrees * Math.PI / 180), _sin = PortableMath.Sin(degrees * Math.PI / 180);

    public Vector2 Origin => origin;

    public Vector2 ToLocal(Vector2 board)
    {
        var q = board - origin;
        return new(_cos * q.X + _sin * q.Y, _cos * q.Y - _sin * q.X);
    }

    public Vector2 ToBoard(Vector2 local) => origin + new Vector2(_cos * local.X - _sin * local.Y, _sin * local.X + _cos * local.Y);

    /// <summary>The frame after something in it was pushed and turned.</summary>
    public BoardFrame Moved(Vector2 by, float turn) => new(origin + by, degrees + turn);

    /// <summary>Half sides of the upright box around a box in this frame.</summary>
    public Vector2 Turned(Vector2 half)
        => new(Math.Abs(_cos) * half.X + Math.Abs(_sin) * half.Y, Math.Abs(_sin) * half.X + Math.Abs(_cos) * half.Y);
}
