extern alias stub;

// As in DxmiMlNet/Persistence: what ML.NET looks for when a saved model names this assembly.
global using LoadableClass = stub::Microsoft.ML.LoadableClassAttribute;
global using SignatureLoadModel = stub::Microsoft.ML.SignatureLoadModel;

[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]
