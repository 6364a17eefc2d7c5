using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DxmiMlNet.Tests.House;

/// <summary>Data flows one way through the rooms of the product: a room may use those before it, never those after. The order stands in the room's README.</summary>
[TestClass]
public class RoomDirectionTests
{
    private static readonly string s_source = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "src", "DxmiMlNet"));

    [TestMethod]
    public void No_file_uses_a_later_room()
        => Assert.AreEqual("", string.Join("\n", BackArrows(Sources(), Order())));

    [TestMethod]
    public void A_using_of_a_later_room_is_found_and_its_file_named()
    {
        var files = Sources();
        string decisions = files.Keys.First(path => Room(path) == "Decisions");
        files[decisions] = "using DxmiMlNet.Reports;\n" + files[decisions];

        var found = BackArrows(files, Order());
        Assert.HasCount(1, found);
        Assert.Contains(Path.GetFileName(decisions), found[0]);
        Assert.Contains("Reports", found[0]);
    }

    [TestMethod]
    public void A_type_of_a_later_room_is_found_without_any_using()
    {
        var files = Sources();
        string images = files.Keys.First(path => Room(path) == "Images");
        files[images] += "\ninternal sealed class Reaches(global::DxmiMlNet.InspectionModel model) { public object Model => model; }\n";

        var found = BackArrows(files, Order());
        Assert.HasCount(1, found);
        Assert.Contains("InspectionModel", found[0]);
    }

    [TestMethod]
    public void Every_folder_is_in_the_order()
        => CollectionAssert.AreEquivalent(Order(), Directory.GetDirectories(s_source).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).ToArray());

    // The README lists the rooms as lines of a table: | `Files` | ... |
    private static string[] Order()
        => [.. File.ReadLines(Path.Combine(s_source, "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])];

    private static Dictionary<string, string> Sources()
        => Directory.EnumerateFiles(s_source, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToDictionary(path => path, File.ReadAllText);

    private static List<string> BackArrows(Dictionary<string, string> files, string[] order)
    {
        const string implicitUsings = "global using System; global using System.IO; global using System.Linq; global using System.Collections.Generic; global using System.Threading; global using System.Threading.Tasks;";
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Value, options, file.Key)).Append(CSharpSyntaxTree.ParseText(implicitUsings, options)).ToArray();
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is not "DxmiMlNet.dll").Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("rooms", trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        var arrows = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var tree in trees.Where(tree => tree.FilePath.Length > 0))
        {
            int own = Array.IndexOf(order, Room(tree.FilePath));
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot().DescendantNodes(node => true, descendIntoTrivia: false).OfType<SimpleNameSyntax>())
                foreach (string room in RoomsOf(model.GetSymbolInfo(name).Symbol, name, order))
                    if (Array.IndexOf(order, room) > own)
                        arrows.Add($"{Path.GetRelativePath(s_source, tree.FilePath)} uses {name} of the later room {room}");
        }
        return [.. arrows];
    }

    // A type is of the rooms that its parts are declared in; a using names a namespace.
    private static IEnumerable<string> RoomsOf(ISymbol? symbol, SimpleNameSyntax name, string[] order) => symbol switch
    {
        INamespaceSymbol space when name.FirstAncestorOrSelf<UsingDirectiveSyntax>() is not null
            => space.ToDisplayString().Split('.') is ["DxmiMlNet", var room, ..] && order.Contains(room) ? [room] : [],
        INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol
            => ((symbol as INamedTypeSymbol) ?? symbol.ContainingType)?.DeclaringSyntaxReferences is { Length: > 0 } parts ? [Room(parts[0].SyntaxTree.FilePath)] : [],
        _ => [],
    };

    private static string Room(string path) => Path.GetRelativePath(s_source, path).Split(Path.DirectorySeparatorChar)[0];

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
