/** Moving a code along traits, and adding codes up. */
import type { TraitMeasure } from '../../../contract';
import { orthonormalise } from '../../maths/qr';

/** Below this share of a direction's squared length, what locks leave of it changes nothing one could see. */
const LEFT_OVER = 0.02;

/** How much of a trait a code has: −1 as the mean face without it, 1 as the mean face with it. */
export function traitOf(code: Float32Array, { direction, middle }: TraitMeasure): number {
  const squares = dot(direction, direction);
  if (squares === 0) return 0;
  let along = 0;
  for (let i = 0; i < code.length; i++) along += (code[i] - middle[i]) * direction[i];
  return (2 * along) / squares;
}

/**
 * The code with another amount of a trait, as near as can be, that keeps what `locked` traits have (Shen et al. 2020,
 * "Interpreting the latent space of GANs", §3.2, conditional manipulation). Null where the locks hold the trait as well.
 */
export function withTrait(
  code: Float32Array,
  trait: TraitMeasure,
  amount: number,
  locked: readonly TraitMeasure[],
): Float32Array<ArrayBuffer> | null {
  const { direction } = trait;
  const free = without(direction, locked);
  const [squares, left] = [dot(direction, direction), dot(free, free)];
  if (left <= LEFT_OVER * squares || squares === 0) return null;
  const step = ((amount - traitOf(code, trait)) * squares) / (2 * left);
  return Float32Array.from(code, (value, i) => value + step * free[i]);
}

/** How much of `other` changes, in its own units, while `trait` changes by one: 0 where both are independent. */
export function leakage(trait: TraitMeasure, other: TraitMeasure, locked: readonly TraitMeasure[] = []): number {
  const free = without(trait.direction, locked);
  const [left, squares] = [dot(free, free), dot(other.direction, other.direction)];
  if (left === 0 || squares === 0) return 0;
  const share = dot(trait.direction, trait.direction) / left;
  return (share * dot(free, other.direction)) / squares;
}

/** `from` − the mean of `minus` + the mean of `plus`; none of either adds nothing. */
export function combined(
  from: Float32Array,
  minus: readonly Float32Array[],
  plus: readonly Float32Array[],
): Float32Array<ArrayBuffer> {
  const sum = Float64Array.from(from);
  for (const code of minus) code.forEach((value, i) => (sum[i] -= value / minus.length));
  for (const code of plus) code.forEach((value, i) => (sum[i] += value / plus.length));
  return Float32Array.from(sum);
}

/** What is left of a direction at right angles to those of the locked traits. */
function without(direction: Float32Array, locked: readonly TraitMeasure[]): Float32Array {
  const d = direction.length;
  const axes = new Float32Array(locked.length * d);
  locked.forEach((trait, k) => axes.set(trait.direction, k * d));
  const left = direction.slice();
  for (const column of orthonormalise(axes, d).q) {
    if (!column) continue;
    let along = 0;
    for (let i = 0; i < d; i++) along += left[i] * column[i];
    for (let i = 0; i < d; i++) left[i] -= along * column[i];
  }
  return left;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
