using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Support;

/// <summary>
/// What every estimator must keep, after ML.NET's own TestEstimatorCore: the promised columns are the delivered ones, annotations included;
/// the mapper keeps the very schema object that it was given; every route to the rows gives the same values; a model saved and loaded
/// gives the same schema and values; input that does not fit fails early, with an error that says what to do.
/// </summary>
internal static class EstimatorContract
{
    /// <param name="ml">The context that made the estimator.</param>
    /// <param name="estimator">Fitted twice: it must be deterministic.</param>
    /// <param name="valid">A few rows that the estimator can be fitted on.</param>
    /// <param name="invalid">A view whose schema does not fit.</param>
    public static void Check(MLContext ml, IEstimator<ITransformer> estimator, IDataView valid, IDataView invalid)
    {
        var promised = estimator.GetOutputSchema(SchemaShapes.Of(valid.Schema));
        MustFail("GetOutputSchema(SchemaShape)", () => estimator.GetOutputSchema(SchemaShapes.Of(invalid.Schema)));
        MustFail("Fit", () => estimator.Fit(invalid));

        var fitted = estimator.Fit(valid);
        var again = estimator.Fit(valid);
        var loaded = SaveAndLoad(ml, fitted, valid.Schema);
        using (fitted as IDisposable)
        using (again as IDisposable)
        using (loaded as IDisposable)
        {
            var mapper = fitted.GetRowToRowMapper(valid.Schema);
            Assert.IsTrue(fitted.IsRowToRowMapper);
            Assert.AreSame(valid.Schema, mapper.InputSchema, "the mapper's input schema");
            var schema = fitted.GetOutputSchema(valid.Schema);
            AssertSameShape(promised, schema, "promised and delivered schema");
            AssertSameShape(promised, mapper.OutputSchema, "promised and mapper's schema");
            AssertSameShape(promised, fitted.Transform(valid).Schema, "promised and data's schema");
            AssertSameShape(promised, loaded.GetOutputSchema(valid.Schema), "promised and loaded schema");

            var expected = Rows(fitted.Transform(valid));
            AssertSameRows(expected, Rows(again.Transform(valid)), "values of a second fit");
            AssertSameRows(expected, Rows(loaded.Transform(valid)), "values of the loaded model");
            AssertSameRows(expected, RowsOfMapper(mapper, valid), "values of the row mapper");
            AssertSameRows([.. expected.Order(StringComparer.Ordinal)], [.. RowsOfCursorSet(fitted.Transform(valid)).Order(StringComparer.Ordinal)], "values of parallel cursors");

            MustFail("GetOutputSchema(DataViewSchema)", () => fitted.GetOutputSchema(invalid.Schema));
            MustFail("Transform", () => fitted.Transform(invalid));
        }
    }

    private static ITransformer SaveAndLoad(MLContext ml, ITransformer transformer, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(transformer, schema, stream);
        stream.Position = 0;
        return ml.Model.Load(stream, out _);
    }

    private static void MustFail(string what, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or DxmiException)
        {
            return;
        }
        Assert.Fail($"{what} should have refused the invalid input.");
    }

    private static void AssertSameShape(SchemaShape promised, DataViewSchema delivered, string what)
    {
        Assert.AreEqual(Text(promised), Text(SchemaShapes.Of(delivered)), what);

        static string Text(SchemaShape shape) => string.Join("\n", shape.OrderBy(c => c.Name, StringComparer.Ordinal).Select(
            c => $"{c.Name}: {c.Kind} of {c.ItemType}, key {c.IsKey}, annotations {string.Join(" ", c.Annotations.Select(a => a.Name).Order(StringComparer.Ordinal))}"));
    }

    private static void AssertSameRows(string[] expected, string[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], $"{what}, row {i}");
    }

    private static string[] Rows(IDataView view)
    {
        using var cursor = view.GetRowCursor(Visible(view.Schema));
        return Rows(cursor);
    }

    private static List<string> RowsOfCursorSet(IDataView view)
    {
        var rows = new List<string>();
        foreach (var cursor in view.GetRowCursorSet(Visible(view.Schema), 3))
            using (cursor)
                rows.AddRange(Rows(cursor));
        return rows;
    }

    private static string[] RowsOfMapper(IRowToRowMapper mapper, IDataView input)
    {
        var wanted = Visible(mapper.OutputSchema).ToArray();
        using var cursor = input.GetRowCursor(mapper.GetDependencies(wanted));
        return Rows(mapper.GetRow(cursor, wanted), cursor);
    }

    private static string[] Rows(DataViewRowCursor cursor) => Rows(cursor, cursor);

    private static string[] Rows(DataViewRow row, DataViewRowCursor cursor)
    {
        var readers = Visible(row.Schema).Select(column => Reader(row, column)).ToArray();
        var rows = new List<string>();
        while (cursor.MoveNext())
            rows.Add(string.Join("\t", readers.Select(read => read())));
        return [.. rows];
    }

    private static IEnumerable<DataViewSchema.Column> Visible(DataViewSchema schema) => schema.Where(c => !c.IsHidden);

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
        => (Func<string>)typeof(EstimatorContract).GetMethod(nameof(ReaderOf), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(column.Type.RawType).Invoke(null, [row, column])!;

    private static Func<string> ReaderOf<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return $"{column.Name}={Text(value)}";
        };
    }

    private static string Text<T>(T value) => value switch
    {
        MLImage image => $"{image.Width}x{image.Height} {Convert.ToHexString(SHA256.HashData(image.Pixels))}",
        VBuffer<float> vector => $"{vector.Length}: {Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<float>([.. vector.DenseValues()])))}",
        VBuffer<bool> flags => $"{flags.Length}: {string.Concat(flags.DenseValues().Select(f => f ? 1 : 0))}",
        _ => value?.ToString() ?? "",
    };
}
