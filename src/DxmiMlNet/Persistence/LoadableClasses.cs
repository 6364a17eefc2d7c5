extern alias stub;
using DxmiMlNet.Decisions;
using DxmiMlNet.Features;
using DxmiMlNet.Persistence;
using Microsoft.ML;

// The attribute that ML.NET looks for when a model's header names this assembly, one line a transformer. The C# compiler cannot see
// the internal type, so it compiles against DxmiMlNet.CoreStub (never shipped); at run time the name resolves in the real Microsoft.ML.Core.

// Without this the runtime hides an internal attribute, and a model does not load by itself.
[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]

[assembly: stub::Microsoft.ML.LoadableClass(typeof(ITransformer), typeof(ScoreCalibrationTransformer), null, typeof(stub::Microsoft.ML.SignatureLoadModel), "", "DxmiCalibration")]
[assembly: stub::Microsoft.ML.LoadableClass(typeof(ITransformer), typeof(PatchFeatureTransformer), null, typeof(stub::Microsoft.ML.SignatureLoadModel), "", "DxmiPatchFeatures")]
[assembly: stub::Microsoft.ML.LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Explanation.AnomalyOverlayTransformer), null, typeof(stub::Microsoft.ML.SignatureLoadModel), "", "DxmiDrawMap")]
[assembly: stub::Microsoft.ML.LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Explanation.DefectRegionTransformer), null, typeof(stub::Microsoft.ML.SignatureLoadModel), "", "DxmiRegions")]

namespace DxmiMlNet.Persistence
{
    /// <summary>Every transformer of ours that ML.NET can load: the same list as the attributes above.</summary>
    internal static class LoadableClasses
    {
        public static readonly LoaderInfo[] All =
        [
            ScoreCalibrationTransformer.Loader,
            PatchFeatureTransformer.Loader,
            Explanation.AnomalyOverlayTransformer.Loader,
            Explanation.DefectRegionTransformer.Loader,
        ];
    }
}

namespace System.Runtime.CompilerServices
{
    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
    {
        public string AssemblyName { get; } = assemblyName;
    }
}
