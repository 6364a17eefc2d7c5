using DxmiMlNet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Tests.Onnx;

[TestClass]
public class ExecutionProviderTests
{
    [TestMethod]
    [DataRow(ExecutionProvider.Cuda, "Microsoft.ML.OnnxRuntime.Gpu")]
    [DataRow(ExecutionProvider.DirectMl, "Microsoft.ML.OnnxRuntime.DirectML")]
    [DataRow(ExecutionProvider.OpenVino, "Intel.ML.OnnxRuntime.OpenVino")]
    public void A_provider_that_the_applications_package_lacks_is_refused_and_the_package_named(ExecutionProvider provider, string package)
    {
        var e = Assert.ThrowsExactly<DxmiException>(() => InferenceSettings.Provider = provider);

        Assert.Contains(package, e.Remedy);
        Assert.Contains("CPUExecutionProvider", e.Expected);
        Assert.AreEqual(ExecutionProvider.Cpu, InferenceSettings.Provider, "the setting stays as it was");
    }

    [TestMethod]
    public void The_processor_needs_nothing()
    {
        InferenceSettings.Provider = ExecutionProvider.Cpu;
        using var options = new SessionOptions();
        ExecutionProviders.Append(options, ExecutionProvider.Cpu);
        using var session = new InferenceSession(TinyBackbone.Model(), options);
        Assert.Contains("deep", session.OutputNames);
    }

    [TestMethod]
    public void Every_provider_is_one_that_ONNX_Runtime_knows_by_name()
    {
        foreach (var provider in Enum.GetValues<ExecutionProvider>())
            Assert.EndsWith("ExecutionProvider", ExecutionProviders.Of(provider).Name);
    }
}
