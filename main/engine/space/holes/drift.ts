/** How well places are known to a model: what re-encoding does to their codes, against what it does to the data's. */

/**
 * Re-encoding drift `‖E(D(z)) − z‖` of each code: where it is large, the decoder's image is not one that the encoder
 * takes for this code. The space has a hole there.
 * @param codes `[count, latentSize]`
 * @param encoded the codes decoded and encoded again, as large
 * @returns `[count]`
 */
export function driftOf(codes: Float32Array, encoded: Float32Array, latentSize: number): Float32Array<ArrayBuffer> {
  const drift = new Float32Array(codes.length / latentSize);
  for (let n = 0; n < drift.length; n++) {
    let sum = 0;
    for (let i = n * latentSize; i < (n + 1) * latentSize; i++) sum += (encoded[i] - codes[i]) ** 2;
    drift[n] = Math.sqrt(sum);
  }
  return drift;
}
