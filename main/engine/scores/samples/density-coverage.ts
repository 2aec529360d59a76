/** Density, coverage and precision of generated feature vectors among real ones. */

/** Neighbours that make the ball around a real image. */
export const NEIGHBOURS = 5;

export interface Nearness {
  density: number;
  coverage: number;
  precision: number;
}

/**
 * Density: how many balls of real images a generated one lies in, relative to what is expected of real ones (may exceed
 * 1). Coverage: share of the real images' balls with a generated one in them. A ball reaches to the fifth nearest real
 * neighbour (Naeem et al. 2020, equations 3 and 4). Precision: share of the generated images in at least one ball, in the
 * range of the real ones (Kynkäänniemi et al. 2019, equation 2).
 * @param realRows more than five
 * @returns for any number of sets, `fakeRows` as many as `realRows`: coverage falls with fewer
 */
export function nearnessTo(real: Float32Array, size: number, realRows: ArrayLike<number>) {
  const radii = new Float64Array(realRows.length);
  const nearest = new Float64Array(realRows.length);
  for (let a = 0; a < realRows.length; a++) {
    for (let b = 0; b < realRows.length; b++) nearest[b] = squared(real, realRows[a], real, realRows[b], size);
    radii[a] = nearest.slice().sort()[NEIGHBOURS]; // the nearest of all is the image itself
  }
  return (fake: Float32Array, fakeRows: ArrayLike<number>): Nearness => {
    const inRange = new Uint8Array(fakeRows.length);
    let inside = 0;
    let covered = 0;
    for (let a = 0; a < realRows.length; a++) {
      let within = 0;
      for (let b = 0; b < fakeRows.length; b++) {
        if (squared(real, realRows[a], fake, fakeRows[b], size) >= radii[a]) continue;
        within++;
        inRange[b] = 1;
      }
      inside += within;
      if (within > 0) covered++;
    }
    const precision = inRange.reduce((sum, one) => sum + one, 0) / fakeRows.length;
    return { density: inside / (NEIGHBOURS * fakeRows.length), coverage: covered / realRows.length, precision };
  };
}

function squared(a: Float32Array, rowA: number, b: Float32Array, rowB: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (a[rowA * size + i] - b[rowB * size + i]) ** 2;
  return sum;
}
