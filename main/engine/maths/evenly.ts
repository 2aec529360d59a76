/** Evenly chosen rows: a few that represent many, always the same. */

/** At most `most` of the numbers below `count`, evenly spaced, in ascending order. */
export function evenly(count: number, most: number): Int32Array {
  const used = Math.min(count, most);
  return Int32Array.from({ length: used }, (_, k) => Math.floor((k * count) / used));
}

/** At most `most` of the rows of an array `[n, width]`, evenly chosen, copied. */
export function evenRows(rows: Float32Array, width: number, most: number): Float32Array<ArrayBuffer> {
  const numbers = evenly(rows.length / width, most);
  const chosen = new Float32Array(numbers.length * width);
  numbers.forEach((n, k) => chosen.set(rows.subarray(n * width, (n + 1) * width), k * width));
  return chosen;
}
