using DxmiMlNet.Files;

namespace DxmiMlNet.Tests.Files;

[TestClass]
public class CsvTableTests
{
    private static readonly string[] s_cells = ["plain", "a,b", "say \"so\"", "two\nlines", " x ", "", "semi;colon", "Größe"];

    [TestMethod]
    public void Fields_of_any_text_are_read_back_as_they_were_written()
    {
        var text = new StringWriter();
        using (var table = new CsvTable(text, s_cells.Select((_, i) => $"c{i}").ToArray()))
        {
            table.Add(s_cells);
            table.Flush();
            Assert.AreEqual("c0,c1,c2,c3,c4,c5,c6,c7\nplain,\"a,b\",\"say \"\"so\"\"\",\"two\nlines\", x ,,semi;colon,Größe\n", text.ToString(), "each row is there when it is flushed");
            Assert.ThrowsExactly<ArgumentException>(() => table.Add(["one"]));
        }
        using var folder = new TestFolder();
        var records = CsvRecords.Read(folder.Write("a.csv", text.ToString())).ToArray();
        CollectionAssert.AreEqual(s_cells, records[1].Fields);
        Assert.AreEqual(2, records[1].Line);
    }

    [TestMethod]
    public void A_table_that_is_continued_has_one_header()
    {
        var text = new StringWriter();
        using (var first = new CsvTable(text, ["a", "b"]))
            first.Add(["1", "2"]);
        using (var next = new CsvTable(text, ["a", "b"], isContinued: true))
            next.Add(["3", "4"]);
        Assert.AreEqual("a,b\n1,2\n3,4\n", text.ToString());
    }

    [TestMethod]
    public void Lines_are_counted_over_blank_ones_and_quoted_breaks()
    {
        using var folder = new TestFolder();
        string path = folder.Write("a.csv", "\uFEFFa,b\r\n\r\n\"x\r\ny\",2\r\n\n3,4");
        CollectionAssert.AreEqual(new[] { "1 a b", "3 x\r\ny 2", "6 3 4" }, CsvRecords.Read(path).Select(r => $"{r.Line} {string.Join(' ', r.Fields)}").ToArray());
    }
}
