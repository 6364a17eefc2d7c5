extern alias stub;
using DxmiMlNet.Decisions;
using DxmiMlNet.Detection;
using DxmiMlNet.Detection.Pca;
using DxmiMlNet.Explanation;
using DxmiMlNet.Features;
using DxmiMlNet.Generation;
using DxmiMlNet.Persistence;
using Microsoft.ML;
using LoadableClass = stub::Microsoft.ML.LoadableClassAttribute;
using SignatureLoadModel = stub::Microsoft.ML.SignatureLoadModel;

// The attribute that ML.NET looks for when a model's header names this assembly, one line a transformer. The C# compiler cannot see
// the internal type, so it compiles against DxmiMlNet.CoreStub (never shipped); at run time the name resolves in the real Microsoft.ML.Core.
[assembly: LoadableClass(typeof(ITransformer), typeof(PatchFeatureTransformer), null, typeof(SignatureLoadModel), "", "DxmiPatchFeatures")]
[assembly: LoadableClass(typeof(ITransformer), typeof(IgnoreRegionsTransformer), null, typeof(SignatureLoadModel), "", "DxmiIgnoreRegions")]
[assembly: LoadableClass(typeof(ITransformer), typeof(GraphAnomalyTransformer), null, typeof(SignatureLoadModel), "", "DxmiGraphDetector")]
[assembly: LoadableClass(typeof(ITransformer), typeof(PatchPoolingTransformer), null, typeof(SignatureLoadModel), "", "DxmiPatchPooling")]
[assembly: LoadableClass(typeof(ITransformer), typeof(ScoreCalibrationTransformer), null, typeof(SignatureLoadModel), "", "DxmiCalibration")]
[assembly: LoadableClass(typeof(ITransformer), typeof(MapCalibrationTransformer), null, typeof(SignatureLoadModel), "", "DxmiMapCalibration")]
[assembly: LoadableClass(typeof(ITransformer), typeof(AnomalyOverlayTransformer), null, typeof(SignatureLoadModel), "", "DxmiDrawMap")]
[assembly: LoadableClass(typeof(ITransformer), typeof(DefectRegionTransformer), null, typeof(SignatureLoadModel), "", "DxmiRegions")]
[assembly: LoadableClass(typeof(ITransformer), typeof(SampleDxmiTransformer), null, typeof(SignatureLoadModel), "", "DxmiSample")]
[assembly: LoadableClass(typeof(ITransformer), typeof(NearestNormalTransformer), null, typeof(SignatureLoadModel), "", "DxmiNearestNormal")]

// Without this the runtime hides an internal attribute, and a model does not load by itself.
[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]

namespace DxmiMlNet.Persistence
{
    /// <summary>Every transformer of ours that ML.NET can load: the same list as the attributes above.</summary>
    internal static class LoadableClasses
    {
        public static readonly LoaderInfo[] All =
        [
            PatchFeatureTransformer.Loader,
            IgnoreRegionsTransformer.Loader,
            GraphAnomalyTransformer.Loader,
            PatchPoolingTransformer.Loader,
            ScoreCalibrationTransformer.Loader,
            MapCalibrationTransformer.Loader,
            AnomalyOverlayTransformer.Loader,
            DefectRegionTransformer.Loader,
            SampleDxmiTransformer.Loader,
            NearestNormalTransformer.Loader,
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
