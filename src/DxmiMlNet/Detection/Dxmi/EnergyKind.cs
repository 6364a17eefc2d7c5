namespace DxmiMlNet.Detection.Dxmi;

/// <summary>The form of the local energy e(z) of a whitened patch z.</summary>
public enum EnergyKind
{
    /// <summary>A free perceptron: e = g(z).</summary>
    Free,

    /// <summary>
    /// A Gaussian-anchored energy: e = a d(z) + g(z), a above 0, with d(z) = -2/K log p(z) and p one or several Gaussians fitted to the whitened patches
    /// (<see cref="DxmiAnomalyTrainer.Options.AnchorGaussians"/>): it keeps growing away from the data.
    /// </summary>
    Anchored,

    /// <summary>The reconstruction error of an autoencoder with a bounded code.</summary>
    Autoencoder,
}
