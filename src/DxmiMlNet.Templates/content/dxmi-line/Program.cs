using DxmiMlNet;
using DxmiMlNet.Line;

// Settings come from line.json, from environment variables (DXMI_LINE_Http__Url) and from arguments (--Http:Url=...), the later before the earlier.
try
{
    await using var app = LineHost.Create(LineConfiguration.Load("line.json", args));
    app.MapGet("/hello", () => "Your own endpoints stand beside those of the line.");
    await app.RunAsync();
    return 0;
}
catch (DxmiException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
