namespace DxmiMlNet.Line.Dashboard;

/// <summary>Part ids where there is little room: their ends tell them apart.</summary>
internal static class ShortId
{
    private const int Longest = 18, Begin = 6, End = 10;

    public static string Of(string partId) => partId.Length <= Longest ? partId : $"{partId[..Begin]}…{partId[^End..]}";
}
