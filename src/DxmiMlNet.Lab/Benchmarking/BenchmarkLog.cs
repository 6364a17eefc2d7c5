using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>
/// rows.jsonl: a row a line, appended when a fit has been tested. A run that was killed continues behind the last whole line; the row of a whole
/// category is written after those of its defects, so that it stands for all of them.
/// </summary>
internal sealed class BenchmarkLog
{
    public const string FileName = "rows.jsonl";

    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly string _path;
    private readonly Dictionary<object, BenchmarkRow> _rows = [];

    public BenchmarkLog(string folder)
    {
        _path = Path.Combine(folder, FileName);
        if (File.Exists(_path))
            foreach (string line in File.ReadLines(_path))
                if (Parse(line) is { } row)
                    _rows[Key(row)] = row;
    }

    /// <summary>Whether every category of the job has its row.</summary>
    public bool Has(BenchmarkJob job) => job.Categories.All(c => _rows.ContainsKey(Key(job.Row(c))));

    /// <summary>The rows of a finished job: by category, the whole category first.</summary>
    public IEnumerable<BenchmarkRow> RowsOf(BenchmarkJob job)
        => job.Categories.SelectMany(c => _rows.Values
            .Where(row => Key(row with { Defect = "" }).Equals(Key(job.Row(c)))).OrderBy(row => row.Defect, StringComparer.Ordinal));

    /// <summary>Writes the rows of a job.</summary>
    public void Append(IReadOnlyCollection<BenchmarkRow> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.OrderByDescending(row => row.Defect, StringComparer.Ordinal))
        {
            _rows[Key(row)] = row;
            text.Append(JsonSerializer.Serialize(row, Json)).Append('\n');
        }
        using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        if (EndsWithinLine(file))
            text.Insert(0, '\n');
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static object Key(BenchmarkRow row) => (row.Dataset, row.Category, row.Defect, row.Mode, row.Backbone, row.Method, row.Seed, row.Fingerprint);

    private static bool EndsWithinLine(FileStream file)
    {
        if (file.Length == 0)
            return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    // A line that a kill cut off is no row.
    private static BenchmarkRow? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<BenchmarkRow>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
