namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// The preconditioning of a denoiser (Karras et al. 2022, table 1): D(x, sigma) = c_skip x + c_out F(c_in x, c_noise), which gives the network F inputs and
/// targets of unit variance at every noise level.
/// </summary>
/// <param name="Skip">c_skip = sigma_d^2 / (sigma^2 + sigma_d^2).</param>
/// <param name="Out">c_out = sigma sigma_d / sqrt(sigma^2 + sigma_d^2).</param>
/// <param name="In">c_in = 1 / sqrt(sigma^2 + sigma_d^2).</param>
/// <param name="Noise">c_noise = ln(sigma) / 4.</param>
public readonly record struct EdmPreconditioning(double Skip, double Out, double In, double Noise)
{
    /// <summary>The coefficients at a noise level.</summary>
    /// <param name="sigma">The noise's standard deviation, above 0.</param>
    /// <param name="dataSigma">sigma_d, the data's standard deviation, above 0.</param>
    public static EdmPreconditioning At(double sigma, double dataSigma)
    {
        double total = Math.Sqrt(sigma * sigma + dataSigma * dataSigma);
        return new EdmPreconditioning(dataSigma * dataSigma / (total * total), sigma * dataSigma / total, 1 / total, Math.Log(sigma) / 4);
    }
}
