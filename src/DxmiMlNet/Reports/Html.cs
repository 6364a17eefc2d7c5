using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace DxmiMlNet.Reports;

/// <summary>
/// Builds HTML as a tree, so that every text is escaped and every element is closed, whatever a file is called. The result is also well-formed XML.
/// </summary>
internal static class Html
{
    private static readonly HashSet<string> s_void = ["meta", "img", "br"];   // what HTML never closes

    /// <summary>An element; in its content (name, value) pairs are attributes, numbers are rounded to what an eye can see, null is nothing.</summary>
    public static XElement Element(string name, params object?[] content)
    {
        var element = new XElement(name);
        foreach (object? item in content)
            Add(element, item);
        if (element.IsEmpty && !s_void.Contains(name))
            element.Add("");   // HTML would take <div/> for an opening tag
        return element;
    }

    private static void Add(XElement element, object? item)
    {
        switch (item)
        {
            case null:
                break;
            case ValueTuple<string, string> attribute:
                element.SetAttributeValue(attribute.Item1, Clean(attribute.Item2));
                break;
            case ValueTuple<string, double> number:
                element.SetAttributeValue(number.Item1, Coordinate(number.Item2));
                break;
            case string text:
                element.Add(Clean(text));
                break;
            case IEnumerable<XElement?> children:
                element.Add(children);
                break;
            case XElement child:
                element.Add(child);
                break;
            default:
                throw new ArgumentException($"A {item.GetType()} is no content of <{element.Name}>. Expected text, an attribute or elements. Convert it.");
        }
    }

    /// <summary>A drawing's coordinate.</summary>
    public static string Coordinate(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>A number for people: four significant digits.</summary>
    public static string Number(double value)
        => Math.Abs(value) is >= 1e4 and < 1e15 ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A share for people.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + "\u00A0%";

    /// <summary>Writes the page; characters that no page can hold (a file name can) have become U+FFFD.</summary>
    public static void Write(XElement page, TextWriter writer)
    {
        writer.Write("<!DOCTYPE html>\n");
        WriteElement(page, writer);
    }

    /// <summary>A piece of a page as text, with the style that it needs: it looks the same in whatever page it is put.</summary>
    public static string Fragment(params ReadOnlySpan<XElement?> content)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        WriteElement(Element("div", [("class", ReportStyle.Scope), Element("style", ReportStyle.Fragment), .. content]), writer);
        return writer.ToString();
    }

    private static void WriteElement(XElement element, TextWriter writer)
    {
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true, IndentChars = " ", NewLineChars = "\n", CloseOutput = false };
        using (var xml = XmlWriter.Create(writer, settings))
            element.Save(xml);
        writer.Write('\n');
    }

    private static string Clean(string text)
    {
        StringBuilder? clean = null;
        for (int i = 0; i < text.Length; i++)
        {
            bool isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (isPair || XmlConvert.IsXmlChar(text[i]))
            {
                clean?.Append(text, i, isPair ? 2 : 1);
                i += isPair ? 1 : 0;
                continue;
            }
            clean ??= new StringBuilder(text, 0, i, text.Length);
            clean.Append('\uFFFD');
        }
        return clean?.ToString() ?? text;
    }
}
