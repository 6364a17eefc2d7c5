namespace DxmiMlNet.Images;

/// <summary>An image whose header claims more pixels than are read (<see cref="ImageDecoding.MaximumPixels"/>); none of them was decoded.</summary>
public sealed class ImageTooLargeException : DxmiException
{
    internal ImageTooLargeException(string what, string expected, string remedy)
        : base(what, expected, remedy)
    {
    }
}
