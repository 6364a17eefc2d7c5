namespace DxmiMlNet.Persistence;

/// <summary>How ML.NET finds the code that reads a saved transformer of ours.</summary>
/// <param name="ModelSignature">Exactly eight characters.</param>
/// <param name="LoaderSignature">At most 24 characters, unique among all loaders; the same string stands in the attribute above the class.</param>
/// <param name="Version">Version of the payload that this code writes and reads, from 1 upwards.</param>
/// <param name="LoaderType">Has <c>private static ITransformer Create(IHostEnvironment env, object ctx)</c>.</param>
internal sealed record LoaderInfo(string ModelSignature, string LoaderSignature, int Version, Type LoaderType);
