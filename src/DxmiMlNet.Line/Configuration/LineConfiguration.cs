using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace DxmiMlNet.Line;

/// <summary>Reads the settings of a service: a JSON file, environment variables over it, and the command line over both.</summary>
public static class LineConfiguration
{
    /// <summary>Environment variables with this prefix are settings: <c>DXMI_LINE_Http__Url</c> is <c>Http:Url</c>.</summary>
    public const string EnvironmentPrefix = "DXMI_LINE_";

    /// <summary>Reads and checks settings.</summary>
    /// <param name="file">The JSON file; null for none.</param>
    /// <param name="arguments">The command line: <c>--Http:Url=http://127.0.0.1:9000</c>.</param>
    /// <exception cref="DxmiException">The file cannot be read, or a setting is unknown, no value of its kind, or out of range; the message names the key.</exception>
    public static LineOptions Load(string? file, IReadOnlyList<string>? arguments = null)
    {
        var builder = new ConfigurationBuilder();
        if (file is not null)
        {
            if (!File.Exists(file))
                throw new DxmiException($"The settings file '{file}' does not exist.", "A JSON file was expected.", "Write one with 'dxmi serve --init'.");
            builder.AddJsonFile(Path.GetFullPath(file), optional: false);
        }
        builder.AddEnvironmentVariables(EnvironmentPrefix);
        builder.AddCommandLine([.. arguments ?? []]);
        IConfiguration configuration;
        try
        {
            configuration = builder.Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException)
        {
            throw new DxmiException($"The settings cannot be read: {(e.InnerException ?? e).Message.TrimEnd('.')}.",
                "JSON (comments are allowed) and arguments of the form --Key:Name=value were expected.", "Compare with what 'dxmi serve --init' writes.", e);
        }
        return Bind(configuration);
    }

    /// <summary>Takes settings from any configuration and checks them.</summary>
    /// <param name="configuration">Has the settings at its root, or a section of it.</param>
    /// <exception cref="DxmiException">A setting is unknown, no value of its kind, or out of range; the message names the key.</exception>
    public static LineOptions Bind(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        RefuseUnknown(configuration, typeof(LineOptions), "");
        LineOptions options;
        try
        {
            options = configuration.Get<LineOptions>() ?? new LineOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new DxmiException($"A setting has no value of its kind: {e.Message}", "A value as the schema says was expected ('dxmi serve --schema').", "Correct the value.", e);
        }
        LineOptionsCheck.ThrowIfWrong(options);
        return options;
    }

    // A misspelt key would otherwise be a setting that silently keeps its default.
    private static void RefuseUnknown(IConfiguration configuration, Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type.IsPrimitive || type.IsEnum || type == typeof(TimeSpan))
            return;
        bool list = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>), map = typeof(IDictionary).IsAssignableFrom(type);
        var properties = type.GetProperties().Where(p => p.CanWrite).ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in configuration.GetChildren())
        {
            string key = path + child.Key;
            if (map || list)
            {
                if (list && !int.TryParse(child.Key, CultureInfo.InvariantCulture, out _))
                    throw new DxmiException($"'{key}' is no entry of a list.", $"'{path.TrimEnd(':')}' is a list: [ ... ] was expected.", "Put the values into brackets.");
                RefuseUnknown(child, type.GetGenericArguments()[^1], key + ":");
            }
            else if (properties.TryGetValue(child.Key, out var property))
            {
                RefuseUnknown(child, property.PropertyType, key + ":");
            }
            else if (child.Key != "$schema")
            {
                throw new DxmiException($"The key '{key}' is unknown.", $"Expected one of {string.Join(", ", properties.Values.Select(p => p.Name))}.", "Correct the name, or leave it out.");
            }
        }
    }
}
