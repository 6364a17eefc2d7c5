using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Pipeline;

/// <summary>
/// Makes <see cref="SchemaShape"/> columns with public API. Their constructor is internal (dotnet/machinelearning#3243), but every
/// public estimator hands finished ones out: a <c>CustomMapping</c> with an output <see cref="SchemaDefinition"/> makes any column.
/// </summary>
internal static class SchemaShapes
{
    private static readonly MLContext s_scratch = new();

    /// <summary>The schema of a view as a promise would state it: names, kinds and item types of its visible columns.</summary>
    public static SchemaShape Of(DataViewSchema schema)
        => With(new SchemaShape([]), [.. schema.Where(c => !c.IsHidden).Select(c => new DataViewSchema.DetachedColumn(c))]);

    /// <summary>Appends (or replaces) columns.</summary>
    public static SchemaShape With(SchemaShape input, params DataViewSchema.DetachedColumn[] added)
    {
        var result = new List<SchemaShape.Column>(input);
        foreach (var column in added)
        {
            result.RemoveAll(c => c.Name == column.Name);
            result.Add(Make(column));
        }
        return new SchemaShape(result);
    }

    private static SchemaShape.Column Make(DataViewSchema.DetachedColumn column)
    {
        // The carrier class only supplies a member whose raw type matches.
        var carrier = column.Type is ImageDataViewType ? typeof(ImageCarrier) : typeof(Carrier<>).MakeGenericType(column.Type.RawType);
        var make = typeof(SchemaShapes).GetMethod(nameof(MakeWith), BindingFlags.NonPublic | BindingFlags.Static)!;
        return (SchemaShape.Column)make.MakeGenericMethod(carrier).Invoke(null, [column])!;
    }

    private static SchemaShape.Column MakeWith<TCarrier>(DataViewSchema.DetachedColumn column)
        where TCarrier : class, new()
    {
        var definition = SchemaDefinition.Create(typeof(TCarrier));
        definition[0].ColumnName = column.Name;
        definition[0].ColumnType = column.Type;
        if (column.Annotations is not null)
        {
            foreach (var annotation in column.Annotations.Schema.Where(a => a.Type is TextDataViewType))
            {
                ReadOnlyMemory<char> text = default;
                column.Annotations.GetValue(annotation.Name, ref text);
                definition[0].AddAnnotation(annotation.Name, text, annotation.Type);
            }
        }
        var estimator = s_scratch.Transforms.CustomMapping<Nothing, TCarrier>((_, _) => { }, null, null, definition);
        return estimator.GetOutputSchema(new SchemaShape([])).Single(c => c.Name == column.Name);
    }

    private sealed class Nothing;

    private sealed class Carrier<T>
    {
        public T Value = default!;
    }

    private sealed class ImageCarrier   // MLImage has no default column type: the attribute registers one
    {
        [ImageType(1, 1)] public MLImage Value = null!;
    }
}
