/** What a trait is in a code space, and how well it is told. */
import type { Estimate, TraitMeasure, TraitSides } from '../../../contract';
import { permutation, random } from '../../maths/random';

/** Parts into which faces are split to tell each by the others. */
const FOLDS = 5;
/** Fewer faces on a side say nothing about accuracy. */
const FEWEST = 10;

/**
 * The direction of a trait is the difference of the mean codes of its two sides (Larsen et al. 2016, §4.2). How well it is
 * told: each fifth of the faces by the direction and the middle of the other four, as many of either side counting as much.
 * @param codes `[count, latentSize]`
 */
export function measureTrait(codes: Float32Array, latentSize: number, sides: TraitSides): TraitMeasure {
  const withIt = [...sides.withIt];
  const without = [...withoutOf(sides, codes.length / latentSize)];
  const sums = [withIt, without].map((faces) => sumOf(codes, latentSize, faces));
  const { direction, middle } = between(sums[0], withIt.length, sums[1], without.length);
  const told =
    Math.min(withIt.length, without.length) >= FEWEST ? heldOut(codes, latentSize, [withIt, without], sums) : null;
  return { direction, middle, withIt: withIt.length, without: without.length, accuracy: told && balanced(told) };
}

/** The faces that stand for those without the trait. */
function withoutOf({ withIt, without }: TraitSides, count: number): Uint32Array {
  if (without.length > 0) return without;
  const having = new Set(withIt);
  return Uint32Array.from({ length: count }, (_, face) => face).filter((face) => !having.has(face));
}

/** For each side, 1 for each face that is told right, else 0. */
function heldOut(
  codes: Float32Array,
  d: number,
  sides: readonly number[][],
  sums: readonly Float64Array[],
): [number[], number[]] {
  const folds = sides.map((faces, side) => {
    const order = permutation(faces.length, random(side, 'trait folds'));
    return Array.from({ length: FOLDS }, (_, fold) =>
      [...order].filter((_, i) => i % FOLDS === fold).map((i) => faces[i]),
    );
  });
  const told: [number[], number[]] = [[], []];
  for (let fold = 0; fold < FOLDS; fold++) {
    const left = [0, 1].map((side) => {
      const out = sumOf(codes, d, folds[side][fold]);
      return sums[side].map((value, i) => value - out[i]);
    });
    const { direction, middle } = between(
      left[0],
      sides[0].length - folds[0][fold].length,
      left[1],
      sides[1].length - folds[1][fold].length,
    );
    for (const side of [0, 1]) {
      for (const face of folds[side][fold]) {
        let along = 0;
        for (let i = 0; i < d; i++) along += (codes[face * d + i] - middle[i]) * direction[i];
        told[side].push(along > 0 === (side === 0) ? 1 : 0);
      }
    }
  }
  return told;
}

/** The mean over both sides, each counting half, with the 95 % interval of its standard error. */
function balanced(told: readonly number[][]): Estimate {
  const shares = told.map((side) => side.reduce((sum, right) => sum + right, 0) / side.length);
  const value = (shares[0] + shares[1]) / 2;
  // both shares are independent binomial ones
  const variance = shares.reduce((sum, share, side) => sum + (share * (1 - share)) / told[side].length, 0) / 4;
  const half = 1.96 * Math.sqrt(variance);
  return {
    value,
    interval: [Math.max(0, value - half), Math.min(1, value + half)],
    count: told[0].length + told[1].length,
  };
}

function sumOf(codes: Float32Array, d: number, faces: readonly number[]): Float64Array {
  const sum = new Float64Array(d);
  for (const face of faces) for (let i = 0; i < d; i++) sum[i] += codes[face * d + i];
  return sum;
}

function between(a: Float64Array, withIt: number, b: Float64Array, without: number) {
  const [top, bottom] = [a.map((sum) => sum / withIt), b.map((sum) => (without > 0 ? sum / without : 0))];
  return {
    direction: Float32Array.from(top, (value, i) => (without > 0 ? value - bottom[i] : 0)),
    middle: Float32Array.from(top, (value, i) => (without > 0 ? (value + bottom[i]) / 2 : value)),
  };
}
