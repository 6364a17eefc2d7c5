namespace DxmiMlNet.Lab.Synthesis;

/// <summary>The defect a part is to have.</summary>
/// <param name="Name">One of the kind's defects.</param>
/// <param name="Random">The stream its place, size and strength come from: nothing else of the part may depend on it.</param>
/// <param name="Boost">1, more where a first try changed too little to be seen.</param>
internal sealed record Flaw(string Name, PortableRandom Random, float Boost);
