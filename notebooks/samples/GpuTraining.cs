using DxmiMlNet.Images;

namespace DxmiMlNet.Samples;

/// <summary>
/// Trains on a GPU where there is one. The program references TorchSharp-cuda-windows or TorchSharp-cuda-linux instead of TorchSharp-cpu; in this repository
/// dotnet build -p:TorchBackend=cuda-windows does it. Scoring needs neither.
/// </summary>
public static class GpuTraining
{
    public static InspectionModel Train(IEnumerable<InspectionItem> good, IProgress<InspectionProgress>? progress = null)
        => InspectionTraining.Train(good, new InspectionTrainingOptions { Device = "auto" }, progress).Model;
}
