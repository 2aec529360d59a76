/** Directions of attributes. */
import { meanOf } from '../../maths/mean';

/**
 * The direction from faces without an attribute to faces with it: the difference of their mean codes (Larsen et al. 2016,
 * §4.2).
 * @param codes `[count, latentSize]`
 * @param withIt numbers of codes that have the attribute, at least one
 * @param without numbers of codes that do not have it; none: all the others are used
 * @returns `[latentSize]`
 */
export function attributeDirection(
  codes: Float32Array,
  latentSize: number,
  withIt: readonly number[],
  without: readonly number[],
): Float32Array<ArrayBuffer> {
  const having = new Set(withIt);
  const count = codes.length / latentSize;
  const others = without.length > 0 ? without : [...Array(count).keys()].filter((n) => !having.has(n));
  const mean = (numbers: readonly number[]) => {
    const rows = new Float32Array(numbers.length * latentSize);
    numbers.forEach((n, k) => rows.set(codes.subarray(n * latentSize, (n + 1) * latentSize), k * latentSize));
    return meanOf(rows, latentSize);
  };
  const [a, b] = [mean(withIt), mean(others)];
  return Float32Array.from(a, (value, i) => value - b[i]);
}
