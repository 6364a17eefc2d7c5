using System.Reflection;
using Microsoft.ML;

namespace DxmiMlNet.Persistence;

/// <summary>
/// An assembly of ours as ML.NET would see it where the runtime hides the attributes above its transformers: their values are read as data, and the
/// attributes are made anew of ML.NET's own type.
/// </summary>
internal sealed class LoadableAssembly(Assembly own) : Assembly
{
    public const string AttributeName = "Microsoft.ML.LoadableClassAttribute";

    public override string FullName => own.FullName!;
    public override AssemblyName GetName() => own.GetName();
    public override Type[] GetTypes() => own.GetTypes();
    public override object[] GetCustomAttributes(bool inherit) => MakeAttributes();

    public override object[] GetCustomAttributes(Type attributeType, bool inherit)
    {
        var all = MakeAttributes();
        return attributeType.IsAssignableFrom(all.GetType().GetElementType()) ? all : (object[])Array.CreateInstance(attributeType, 0);
    }

    /// <summary>The transformers of an assembly that ML.NET can load, and the signatures that they are found by.</summary>
    public static IEnumerable<(Type Type, string LoaderSignature)> Loadable(Assembly assembly)
        => assembly.GetCustomAttributesData().Where(data => data.AttributeType.FullName == AttributeName).Select(data =>
            ((Type)data.ConstructorArguments[1].Value!,
            (string)((IReadOnlyList<CustomAttributeTypedArgument>)data.ConstructorArguments[5].Value!)[0].Value!));

    private object[] MakeAttributes()
    {
        var core = typeof(ModelSaveContext).Assembly;
        var type = core.GetType(AttributeName, throwOnError: true)!;
        var signature = core.GetType("Microsoft.ML.SignatureLoadModel", throwOnError: true)!;
        var constructor = type.GetConstructor([typeof(Type), typeof(Type), typeof(Type), typeof(Type), typeof(string), typeof(string[])])
            ?? throw new MissingMethodException("LoadableClassAttribute..ctor");
        object[] made = [.. Loadable(own).Select(loadable => constructor.Invoke([typeof(ITransformer), loadable.Type, null, signature, "", new[] { loadable.LoaderSignature }]))];
        var result = (object[])Array.CreateInstance(type, made.Length);
        made.CopyTo(result, 0);
        return result;
    }
}
