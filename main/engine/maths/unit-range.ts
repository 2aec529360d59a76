/** Bytes 0..255 as numbers 0..1, in the same order. (`Float32Array.from` with a function takes forty times as long.) */
export function toUnitRange(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(bytes);
  for (let i = 0; i < numbers.length; i++) numbers[i] /= 255;
  return numbers;
}
