using System.Buffers.Binary;

namespace DxmiMlNet.Diffusion.Native;

/// <summary>Edits the table of symbol versions that an ELF64 little-endian library asks of its dependencies.</summary>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeeds = 0x6FFFFFFE;   // SHT_GNU_verneed
    private const byte WeakFlag = 2;                           // VER_FLG_WEAK, in vna_flags

    /// <summary>Marks the need for <paramref name="version"/> weak: the loader then warns in place of refusing.</summary>
    /// <returns>Whether the file is such a library and asks for that version.</returns>
    public static bool TryMarkWeak(Span<byte> elf, ReadOnlySpan<byte> version)
    {
        if (elf.Length < 64 || !elf[..4].SequenceEqual("\u007FELF"u8) || elf[4] != 2 || elf[5] != 1)
            return false;
        ulong sections = U64(elf, 0x28), sectionSize = U16(elf, 0x3A), sectionCount = U16(elf, 0x3C);
        bool found = false;
        for (ulong i = 0; i < sectionCount; i++)
        {
            ulong section = sections + i * sectionSize;
            if (U32(elf, section + 4) == SectionTypeVersionNeeds)
            {
                ulong strings = U64(elf, sections + U32(elf, section + 40) * sectionSize + 24);
                found |= MarkInSection(elf, U64(elf, section + 24), strings, version);
            }
        }
        return found;
    }

    // A section is a chain of libraries (Verneed: next at +12), each with a chain of versions (Vernaux: name at +8, next at +12).
    private static bool MarkInSection(Span<byte> elf, ulong need, ulong strings, ReadOnlySpan<byte> version)
    {
        bool found = false;
        while (true)
        {
            ulong entry = need + U32(elf, need + 8);
            for (int left = U16(elf, need + 2); left > 0; left--, entry += U32(elf, entry + 12))
            {
                var name = elf[(int)(strings + U32(elf, entry + 8))..];
                if (name[..name.IndexOf((byte)0)].SequenceEqual(version))
                {
                    elf[(int)entry + 4] |= WeakFlag;
                    found = true;
                }
            }
            uint next = U32(elf, need + 12);
            if (next == 0)
                return found;
            need += next;
        }
    }

    private static ushort U16(ReadOnlySpan<byte> elf, ulong at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[(int)at..]);
    private static uint U32(ReadOnlySpan<byte> elf, ulong at) => BinaryPrimitives.ReadUInt32LittleEndian(elf[(int)at..]);
    private static ulong U64(ReadOnlySpan<byte> elf, ulong at) => BinaryPrimitives.ReadUInt64LittleEndian(elf[(int)at..]);
}
