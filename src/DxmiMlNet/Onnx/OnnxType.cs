namespace DxmiMlNet.Onnx;

/// <summary>Element types of ONNX tensors (onnx.proto, TensorProto.DataType).</summary>
internal enum OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
}
