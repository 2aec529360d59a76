/** ONNX operator set of the files written here. onnxruntime ≥ 1.14 and every current exporter know 18. */
export const OPSET = 18;
