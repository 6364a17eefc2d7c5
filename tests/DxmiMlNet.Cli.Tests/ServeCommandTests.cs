using System.Net.Sockets;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public sealed class ServeCommandTests
{
    [TestMethod]
    public void Init_writes_settings_that_check_understands_and_finds_the_model_missing()
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "line.json");
        Assert.AreEqual(0, CommandLine.Run("serve", "--init", file).ExitCode);
        CommandLine.Run("serve", "--init", file).AssertRefused("exists.", "A new file was expected.", "Choose another name");
        CommandLine.Run("serve", "--config", file, "--check").AssertRefused("'Recipes:default:ModelFile' is model.zip.", "A file that exists was expected.", "Train one with 'dxmi train'");
    }

    [TestMethod]
    public void Check_tries_journal_folders_model_and_broker()
    {
        using var folder = new TestFolder();
        string junk = folder.Write("junk.zip", "no model");
        using var port = new TcpListener(System.Net.IPAddress.Loopback, 0);
        port.Start();
        int free = ((System.Net.IPEndPoint)port.LocalEndpoint).Port;
        port.Stop();
        var result = CommandLine.Run("serve", "--check", $"--DataFolder={folder.Path}", $"--Recipes:a:ModelFile={junk}", $"--Mqtt:Port={free}");
        Assert.AreEqual(1, result.ExitCode, result.Error);
        StringAssert.Contains(result.Output, "fine    journal (Sqlite)");
        StringAssert.Contains(result.Output, "FAILED  model of recipe 'a'");
        StringAssert.Contains(result.Output, $"FAILED  broker 127.0.0.1:{free}");
    }

    [TestMethod]
    public void A_misspelt_setting_is_refused()
    {
        CommandLine.Run("serve", "--Htp:Url=http://127.0.0.1:1").AssertRefused("The key 'Htp' is unknown.", "Expected one of Name, DataFolder", "Correct the name");
        CommandLine.Run("serve", "line.json").AssertRefused("'line.json' is no setting.", "Settings of the form --Key:Name=value were expected.", "--schema");
        CommandLine.Run("serve", "--DataFolder=x").AssertRefused("'Recipes' is empty.", "At least one recipe was expected.", "ModelFile");
    }

    [TestMethod]
    public void Audit_of_a_service_that_never_ran_says_so()
    {
        using var folder = new TestFolder();
        CommandLine.Run("audit", "verify", $"--DataFolder={folder.Path}").AssertRefused("does not exist.", "The settings of a service that has run were expected.", "Name its settings file");
    }

    [TestMethod]
    public void The_schema_of_the_settings_is_printed()
        => StringAssert.Contains(CommandLine.Run("serve", "--schema").Output, "\"additionalProperties\": false");
}
