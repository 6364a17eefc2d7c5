using System.Reflection;
using System.Runtime.CompilerServices;
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

    /// <summary>Writes the model header, then the payload: its version, what <paramref name="write"/> writes, and a checksum of both (<see cref="Payload"/>).</summary>
    public static void Save(ModelSaveContext ctx, LoaderInfo info, Action<BinaryWriter> write)
    {
        CheckAtModel(ctx);
        SetVersionInfo(ctx, info);
        SaveBinaryStream(ctx, StateStream, writer => Payload.Write(writer, info.Version, write));
    }

    /// <summary>Reads back what <see cref="Save"/> wrote.</summary>
    /// <param name="loadContext">What ML.NET hands to a <c>Create(IHostEnvironment, object)</c>.</param>
    /// <param name="info">The loader that is asked.</param>
    /// <param name="read">Reads the payload behind its version number.</param>
    /// <exception cref="DxmiException">The payload is missing, damaged, or of another version.</exception>
    public static T Load<T>(object loadContext, LoaderInfo info, Func<BinaryReader, T> read)
    {
        CheckAtModel(loadContext);
        T result = default!;
        if (!TryLoadBinaryStream(loadContext, StateStream, reader => result = Payload.Read(reader.BaseStream, info, read)))
            throw Payload.Damaged(info, "holds no data");
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
    /// Makes our loaders known to a context. Not needed where the runtime shows ML.NET the attributes above our classes (CoreCLR does);
    /// estimators call it all the same, so that a context which makes one can load one. Idempotent.
    /// </summary>
    /// <param name="env">The context.</param>
    /// <param name="estimator">What is made: the transformers of its assembly are registered.</param>
    public static void Register(IHostEnvironment env, Type estimator)
        => env.ComponentCatalog.RegisterAssembly(LoadsByItself ? estimator.Assembly : new LoadableAssembly(estimator.Assembly), throwOnError: true);

    /// <summary>Whether the runtime lets ML.NET see the attributes compiled into this assembly.</summary>
    public static bool LoadsByItself { get; } =
        typeof(MlNetBridge).Assembly.GetCustomAttributes(s_core.GetType(LoadableAssembly.AttributeName, throwOnError: true)!, false).Length > 0;

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
            _ = new LoadableAssembly(typeof(MlNetBridge).Assembly).GetCustomAttributes(true);
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
}
