/** Dynamic binarisation (Salakhutdinov & Murray 2008; Burda, Grosse & Salakhutdinov 2016, section 5). */
import type { Random } from './random';

/** Values that are gone through at a time. */
const PIECE = 4096;
/** Which values of a piece take a draw, and the draws. Found first: a loop that draws only here and there is slow. */
const uncertain = new Int32Array(PIECE);
const draws = new Uint32Array(PIECE);

/** Draws each of `values`, 0..1, anew as 1 with itself as the probability, else 0. Zeros and ones take no draw. */
export function binarise(values: Float32Array, { bits }: Random): void {
  for (let start = 0; start < values.length; start += PIECE) {
    const end = Math.min(values.length, start + PIECE);
    let count = 0;
    for (let i = start; i < end; i++) {
      uncertain[count] = i;
      count += values[i] * (1 - values[i]) > 0 ? 1 : 0;
    }
    bits(draws.subarray(0, count));
    // 1 where the draw, 0..1, is less than the value: without a comparison, which no processor could foresee.
    for (let k = 0; k < count; k++)
      values[uncertain[k]] = 1 - Math.floor(1 + draws[k] * 2 ** -32 - values[uncertain[k]]);
  }
}
