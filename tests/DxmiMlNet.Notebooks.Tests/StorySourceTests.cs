using DxmiMlNet.Interactive.Stories;

namespace DxmiMlNet.Notebooks.Tests;

[TestClass]
public class StorySourceTests
{
    [TestMethod]
    public void Cells_are_what_stands_between_the_markers()
    {
        const string Story = "#:package A\nusing B;\n\n// %% [markdown]\n// # Title\n//\n// Text.\n\n// %%\nvar a = 1;\n\na.Display();\n\n// %%\n\n";

        var cells = StorySource.Cells(Story);

        Assert.HasCount(2, cells);
        Assert.AreEqual(new StoryCell(true, "# Title\n\nText.", 5, 8), cells[0]);
        Assert.AreEqual(new StoryCell(false, "var a = 1;\n\na.Display();", 10, 13), cells[1]);
    }

    [TestMethod]
    public void A_file_without_cells_is_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => StorySource.Cells("var a = 1;")).Message, "// %%");
}
