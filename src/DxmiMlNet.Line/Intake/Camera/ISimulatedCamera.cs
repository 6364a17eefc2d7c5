namespace DxmiMlNet.Line;

/// <summary>Takes pictures of parts that do not exist, to try a line.</summary>
public interface ISimulatedCamera
{
    /// <summary>The next part.</summary>
    /// <param name="number">1, 2, 3, ...</param>
    /// <param name="defective">Whether it has a defect.</param>
    /// <returns>An image file.</returns>
    byte[] Shoot(long number, bool defective);
}
