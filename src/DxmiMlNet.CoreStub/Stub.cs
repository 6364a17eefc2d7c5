namespace Microsoft.ML;

// The names that a C# compiler must see to write the attribute; at run time they resolve in the real Microsoft.ML.Core.
public delegate void SignatureLoadModel(object ctx);

[System.AttributeUsage(System.AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class LoadableClassAttribute(
    System.Type instType, System.Type loaderType, System.Type? argType, System.Type sigType, string userName, params string[] loadNames) : System.Attribute
{
    public object?[] All { get; } = [instType, loaderType, argType, sigType, userName, loadNames];
}
