namespace DxmiMlNet.Images.Decoding;

/// <summary>The contents of a PNG file's IDAT chunks, end to end, without a copy of them.</summary>
internal sealed class PngDataStream(ReadOnlyMemory<byte> file) : Stream
{
    private int _at = PngChunks.Signature.Length;
    private ReadOnlyMemory<byte> _chunk;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_chunk.IsEmpty)
        {
            if (!PngChunks.TryRead(file, ref _at, out var type, out var contents))
                return 0;
            if (type.SequenceEqual("IDAT"u8))
                _chunk = contents;
        }
        int count = Math.Min(buffer.Length, _chunk.Length);
        _chunk.Span[..count].CopyTo(buffer);
        _chunk = _chunk[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
