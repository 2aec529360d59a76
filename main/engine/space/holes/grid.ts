/** Cubic grids of places, refined from coarse to fine: each one holds all points of the one before it. */

/** A cube of places in scene coordinates. */
export interface Cube {
  centre: readonly [number, number, number];
  /** Half the cube's side, scene units. */
  radius: number;
}

/**
 * Points a side of the grids on the way to `finest`: 3, 5, 9, 17, 33 …, each twice as fine as the one before.
 * @param finest 2^k + 1 with k ≥ 1
 */
export function sidesUpTo(finest: number): number[] {
  const sides = [3];
  while (sides.at(-1)! < finest) sides.push(2 * sides.at(-1)! - 1);
  if (sides.at(-1) !== finest) throw new RangeError(`a grid has 3, 5, 9, 17, 33 … points a side, not ${finest}`);
  return sides;
}

/**
 * Numbers of the points that a grid has and the one before it had not; all of them for the first.
 * Point (i, j, k) of a grid has the number (k · side + j) · side + i: x runs fastest.
 */
export function newPoints(side: number): Uint32Array {
  const first = side === 3;
  const points: number[] = [];
  for (let k = 0, n = 0; k < side; k++) {
    for (let j = 0; j < side; j++) {
      for (let i = 0; i < side; i++, n++) if (first || (i | j | k) & 1) points.push(n);
    }
  }
  return Uint32Array.from(points);
}

/** The values of a grid, set into the next finer one of `2 · side − 1` points a side; NaN where that has new points. */
export function refine(values: Float32Array, side: number): Float32Array<ArrayBuffer> {
  const fine = 2 * side - 1;
  const refined = new Float32Array(fine ** 3).fill(NaN);
  for (let k = 0, n = 0; k < side; k++) {
    for (let j = 0; j < side; j++) {
      for (let i = 0; i < side; i++, n++) refined[2 * ((k * fine + j) * fine + i)] = values[n];
    }
  }
  return refined;
}

/**
 * Scene coordinates of points of a grid over a cube: `centre − radius + 2 · radius · i / (side − 1)` along each axis.
 * @returns `[points.length, 3]`
 */
export function placesOf(points: ArrayLike<number>, side: number, { centre, radius }: Cube): Float32Array<ArrayBuffer> {
  const places = new Float32Array(points.length * 3);
  const at = (i: number, axis: number) => centre[axis] - radius + (2 * radius * i) / (side - 1);
  for (let n = 0; n < points.length; n++) {
    const point = points[n];
    places[3 * n] = at(point % side, 0);
    places[3 * n + 1] = at(Math.floor(point / side) % side, 1);
    places[3 * n + 2] = at(Math.floor(point / side ** 2), 2);
  }
  return places;
}

/**
 * The cube in which to look for holes around a cloud: around its mean, two root-mean-square distances to each side, so
 * that it holds the cloud and about as much of the open around it.
 * @param positions `[count, 3]`
 */
export function cubeAround(positions: Float32Array): { centre: [number, number, number]; radius: number } {
  const centre: [number, number, number] = [0, 0, 0];
  for (let n = 0; n < positions.length; n++) centre[n % 3] += (3 * positions[n]) / positions.length;
  let squares = 0;
  for (let n = 0; n < positions.length; n++) squares += (positions[n] - centre[n % 3]) ** 2;
  // a single face, or many of one place, still has an around
  return { centre, radius: 2 * Math.sqrt((3 * squares) / positions.length) || 1 };
}
