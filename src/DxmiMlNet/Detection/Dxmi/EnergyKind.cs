namespace DxmiMlNet.Detection.Dxmi;

/// <summary>The form of the local energy e(z) of a whitened patch z.</summary>
public enum EnergyKind
{
    /// <summary>A free perceptron: e = g(z).</summary>
    Free,

    /// <summary>A Gaussian-anchored energy: e = a mean(z^2) + g(z), a above 0: it keeps growing away from the data.</summary>
    Anchored,

    /// <summary>
    /// Anchored by a mixture of Gaussians, e = a d(z) + g(z), with d the mixture's log density times -2 / K: for parts whose patches are of several
    /// kinds. Every Gaussian costs as much as one more whitening.
    /// </summary>
    Mixture,

    /// <summary>The reconstruction error of an autoencoder with a bounded code.</summary>
    Autoencoder,
}
