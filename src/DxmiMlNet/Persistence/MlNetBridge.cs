using System.Reflection;
using System.Runtime.CompilerServices;
using DxmiMlNet.Diffusion;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Persistence;

/// <summary>
/// The one place that touches ML.NET's internals: saving and loading a transformer as its own type, and the environment behind a catalog.
/// The members have kept name and signature from ML.NET 1.0.0 to 6.0.0-preview1; <see cref="SelfTest"/> names the one that a future version breaks.
/// </summary>
internal static class MlNetBridge
{
    private const string LoadContext = "Microsoft.ML.ModelLoadContext, Microsoft.ML.Core";
    private const string StateStream = "DxmiState";
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Assembly s_core = typeof(ModelSaveContext).Assembly;

    // ModelSaveContext is public, its members are internal.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CheckAtModel")]
    private static extern void CheckAtModel(ModelSaveContext ctx);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SaveBinaryStream")]
    private static extern void SaveBinaryStream(ModelSaveContext ctx, string name, Action<BinaryWriter> action);

    // ModelLoadContext itself is internal, so it travels as object.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CheckAtModel")]
    private static extern void CheckAtModel([UnsafeAccessorType(LoadContext)] object ctx);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "TryLoadBinaryStream")]
    private static extern bool TryLoadBinaryStream([UnsafeAccessorType(LoadContext)] object ctx, string name, Action<BinaryReader> action);

    // A catalog's environment is behind an explicitly implemented internal interface.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Microsoft.ML.Data.IInternalCatalog.get_Environment")]
    internal static extern IHostEnvironment Environment(TrainCatalogBase.CatalogInstantiatorBase catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Microsoft.ML.Data.IInternalCatalog.get_Environment")]
    internal static extern IHostEnvironment Environment(TransformsCatalog catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Microsoft.ML.Data.IInternalCatalog.get_Environment")]
    internal static extern IHostEnvironment Environment(DataOperationsCatalog catalog);

    /// <summary>Writes the model header, then the payload version, then what <paramref name="write"/> writes.</summary>
    public static void Save(ModelSaveContext ctx, LoaderInfo info, Action<BinaryWriter> write)
    {
        CheckAtModel(ctx);
        SetVersionInfo(ctx, info);
        SaveBinaryStream(ctx, StateStream, writer =>
        {
            writer.Write(info.Version);
            write(writer);
        });
    }

    /// <summary>Reads back what <see cref="Save"/> wrote.</summary>
    /// <param name="loadContext">What ML.NET hands to a <c>Create(IHostEnvironment, object)</c>.</param>
    /// <param name="info">The loader that is asked.</param>
    /// <param name="read">Reads the payload behind its version number.</param>
    /// <exception cref="DxmiException">The payload is missing, cut off, or of a newer version.</exception>
    public static T Load<T>(object loadContext, LoaderInfo info, Func<BinaryReader, T> read) => Load(loadContext, info, (reader, _) => read(reader));

    /// <summary>Reads back what <see cref="Save"/> wrote, now or with an older version.</summary>
    /// <param name="loadContext">What ML.NET hands to a <c>Create(IHostEnvironment, object)</c>.</param>
    /// <param name="info">The loader that is asked.</param>
    /// <param name="read">Reads the payload behind its version number, which is from 1 to the loader's.</param>
    /// <exception cref="DxmiException">The payload is missing, cut off, or of a newer version.</exception>
    public static T Load<T>(object loadContext, LoaderInfo info, Func<BinaryReader, int, T> read)
    {
        CheckAtModel(loadContext);
        T result = default!;
        bool found;
        try
        {
            found = TryLoadBinaryStream(loadContext, StateStream, reader =>
            {
                int version = reader.ReadInt32();
                if (version < 1 || version > info.Version)
                    throw new DxmiException($"The model's {info.LoaderSignature} stage has version {version}.",
                        $"This DxmiMlNet reads versions 1 to {info.Version}.", "Update DxmiMlNet, or train the model again with this version.");
                result = read(reader, version);
            });
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            throw new DxmiException($"The model's {info.LoaderSignature} stage cannot be read: {e.Message}",
                "The file should be as it was saved.", "Copy the model file again, or train the model again.", e);
        }
        if (!found)
            throw new DxmiException($"The model's {info.LoaderSignature} stage holds no data.",
                "The file should be as it was saved.", "Copy the model file again, or train the model again.");
        return result;
    }

    private static void SetVersionInfo(ModelSaveContext ctx, LoaderInfo info)
    {
        var type = s_core.GetType("Microsoft.ML.VersionInfo", throwOnError: true)!;
        // ML.NET's own version numbers stay at 1: ours stands at the head of the payload, where the error text can be ours too.
        var version = Activator.CreateInstance(type, info.ModelSignature, 1u, 1u, 1u, info.LoaderType.Assembly.FullName, info.LoaderSignature, null)!;
        typeof(ModelSaveContext).GetMethod("SetVersionInfo", Any)!.Invoke(ctx, [version]);
    }

    /// <summary>
    /// Makes our loaders known to a context. Not needed where the runtime shows ML.NET the attributes of LoadableClasses.cs (CoreCLR does);
    /// estimators call it all the same, so that a context which makes one can load one. Idempotent.
    /// </summary>
    public static void Register(IHostEnvironment env)
        => env.ComponentCatalog.RegisterAssembly(LoadsByItself ? typeof(MlNetBridge).Assembly : new LoadableAssembly(), throwOnError: true);

    /// <summary>Whether the runtime lets ML.NET see the attributes compiled into this assembly.</summary>
    public static bool LoadsByItself { get; } =
        typeof(MlNetBridge).Assembly.GetCustomAttributes(s_core.GetType("Microsoft.ML.LoadableClassAttribute", throwOnError: true)!, false).Length > 0;

    /// <summary>Null when every internal member that the bridge needs is there; else the name of the first that is missing.</summary>
    public static string? SelfTest()
    {
        try
        {
            var version = s_core.GetType("Microsoft.ML.VersionInfo", true)!;
            Require(version.GetConstructor(Any, [typeof(string), typeof(uint), typeof(uint), typeof(uint), typeof(string), typeof(string), typeof(string)]), "VersionInfo..ctor");
            Require(typeof(ModelSaveContext).GetMethod("SetVersionInfo", Any, [version]), "ModelSaveContext.SetVersionInfo");
            Require(typeof(ModelSaveContext).GetMethod("SaveBinaryStream", Any), "ModelSaveContext.SaveBinaryStream");
            Require(s_core.GetType("Microsoft.ML.ModelLoadContext", true)!.GetMethod("TryLoadBinaryStream", Any), "ModelLoadContext.TryLoadBinaryStream");
            _ = new LoadableAssembly().GetCustomAttributes(true);
            return null;
        }
        catch (Exception e) when (e is MissingMemberException or TypeLoadException)
        {
            return $"Microsoft.ML.Core {s_core.GetName().Version}: {e.Message}";
        }
    }

    private static void Require(object? member, string name)
    {
        if (member is null)
            throw new MissingMethodException(name);
    }

    /// <summary>Our assembly as ML.NET would see it if C# could write its internal attribute.</summary>
    private sealed class LoadableAssembly : Assembly
    {
        private static readonly Assembly s_own = typeof(MlNetBridge).Assembly;

        public override string FullName => s_own.FullName!;
        public override AssemblyName GetName() => s_own.GetName();
        public override Type[] GetTypes() => s_own.GetTypes();
        public override object[] GetCustomAttributes(bool inherit) => MakeAttributes();
        public override object[] GetCustomAttributes(Type attributeType, bool inherit)
        {
            var all = MakeAttributes();
            return attributeType.IsAssignableFrom(all.GetType().GetElementType()) ? all : (object[])Array.CreateInstance(attributeType, 0);
        }

        private static object[] MakeAttributes()
        {
            var type = s_core.GetType("Microsoft.ML.LoadableClassAttribute", throwOnError: true)!;
            var signature = s_core.GetType("Microsoft.ML.SignatureLoadModel", throwOnError: true)!;
            var constructor = type.GetConstructor([typeof(Type), typeof(Type), typeof(Type), typeof(Type), typeof(string), typeof(string[])])
                ?? throw new MissingMethodException("LoadableClassAttribute..ctor");
            var result = (object[])Array.CreateInstance(type, LoadableClasses.All.Length);
            for (int i = 0; i < result.Length; i++)
                result[i] = constructor.Invoke([typeof(ITransformer), LoadableClasses.All[i].LoaderType, null, signature, "", new[] { LoadableClasses.All[i].LoaderSignature }]);
            return result;
        }
    }
}
