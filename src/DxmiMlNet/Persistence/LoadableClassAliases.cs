extern alias stub;

// The attribute that ML.NET looks for when a model's header names this assembly; it stands above each transformer that can be loaded. The C# compiler
// cannot see the internal type, so it compiles against DxmiMlNet.CoreStub (never shipped); at run time the name resolves in the real Microsoft.ML.Core.
global using LoadableClass = stub::Microsoft.ML.LoadableClassAttribute;
global using SignatureLoadModel = stub::Microsoft.ML.SignatureLoadModel;

// Without this the runtime hides an internal attribute, and a model does not load by itself.
[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]

namespace System.Runtime.CompilerServices
{
    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
    {
        public string AssemblyName { get; } = assemblyName;
    }
}
