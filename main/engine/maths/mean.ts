/** The mean of `codes`, `[count, latentSize]` with at least one row, in double precision. */
export function meanOf(codes: Float32Array, latentSize: number): Float64Array {
  const count = codes.length / latentSize;
  const mean = new Float64Array(latentSize);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < latentSize; i++) mean[i] += codes[n * latentSize + i];
  }
  return mean.map((sum) => sum / count);
}
