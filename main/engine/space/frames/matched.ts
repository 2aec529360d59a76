/** The same frame in the latent space of another model that knows the same faces: twin flight. */
import type { Frame, LayoutFrame, LinearFrame } from '../../../contract';
import { latentSizeOf } from './frame';
import { CLOUD_RADIUS, facesFrame, sharesOf } from './linear';
import { meanOf } from '../../maths/mean';
import { orthonormalise } from '../../maths/qr';

/** Codes of the same faces in the same order, in two models. */
export interface Faces {
  /** `[count, latentSize of the first]` */
  codes: Float32Array;
  /** Their positions in the first model's frame, `[count, 3]`. */
  positions: Float32Array;
  /** `[count, latentSize of the second]` */
  others: Float32Array;
}

/**
 * The frame of the second model in which each place means the same mix of the same faces as in the first one's `frame`.
 *
 * - A frame of four faces stays that of the same four.
 * - A layout keeps its places; codes are interpolated between the same neighbours.
 * - Otherwise the second model's codes are regressed on the positions of the first (ordinary least squares):
 *   `z(p) = Σ wᵢ(p)·zᵢ` with the weights `wᵢ(p) = 1/n + (p − p̄)ᵀ(PᵀP)⁻¹(pᵢ − p̄)` of a linear smoother, which know
 *   nothing of the model. In a frame of principal components the first model's own codes are exactly that mix.
 *
 * Distances between codes differ from model to model; the mix does not.
 * @returns null for a layout of codes that are not the cloud's
 */
export function matchedFrame(frame: Frame, faces: Faces): Frame | null {
  if (frame.kind === 'layout') return matchedLayout(frame, faces);
  const d = (3 * faces.others.length) / faces.positions.length;
  const four = frame.kind === 'faces' ? facesOf(frame, faces.codes) : null;
  if (four) return facesFrame(faces.others, d, four);
  return { kind: frame.kind, ...regression(faces.positions, faces.others, d) };
}

/** Origin and axes with which `z ≈ origin + B·p` holds best, in the mean of squares. */
function regression(positions: Float32Array, codes: Float32Array, d: number): Omit<LinearFrame, 'kind'> {
  const count = positions.length / 3;
  const middle = meanOf(positions, 3);
  const mean = meanOf(codes, d);
  const columns = new Float32Array(3 * count);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < 3; k++) columns[k * count + n] = positions[3 * n + k] - middle[k];
  }
  const { q, r } = orthonormalise(columns, count);
  const axes = new Float32Array(3 * d);
  for (let k = 2; k >= 0; k--) {
    const column = q[k];
    if (!column) continue;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let n = 0; n < count; n++) sum += column[n] * (codes[n * d + i] - mean[i]);
      for (let j = k + 1; j < 3; j++) sum -= r[k][j] * axes[j * d + i];
      axes[k * d + i] = sum / r[k][k];
    }
  }
  const origin = Float32Array.from(mean, (value, i) => {
    return value - [0, 1, 2].reduce((sum, k) => sum + middle[k] * axes[k * d + i], 0);
  });
  return { origin, axes, ...sharesOf(codes, d, axes) };
}

/** Numbers of the faces A, B, C and D of a frame; null when they are not among the codes. */
function facesOf({ origin, axes }: LinearFrame, codes: Float32Array): number[] | null {
  const d = origin.length;
  const corners = [0, 1, 2].map((k) => origin.map((value, i) => value + CLOUD_RADIUS * axes[k * d + i]));
  const found = [origin, ...corners].map((code) => rowOf(code, codes));
  return found.every((row) => row !== null) ? found : null;
}

/** The row of `codes` that is `code` but for rounding. */
function rowOf(code: Float32Array, codes: Float32Array): number | null {
  const d = code.length;
  for (let n = 0; n < codes.length / d; n++) {
    const same = code.every((value, i) => Math.abs(value - codes[n * d + i]) <= 1e-5 * (1 + Math.abs(value)));
    if (same) return n;
  }
  return null;
}

function matchedLayout(frame: LayoutFrame, { codes, positions, others }: Faces): LayoutFrame | null {
  const d = latentSizeOf(frame);
  const width = (3 * others.length) / positions.length;
  const rows = rowsOf(frame.codes, codes, d);
  if (!rows) return null;
  const matched = new Float32Array(rows.length * width);
  rows.forEach((row, n) => matched.set(others.subarray(row * width, (row + 1) * width), n * width));
  return { ...frame, codes: matched };
}

/** For each of `some` codes its row in `all`; null when one is missing. */
function rowsOf(some: Float32Array, all: Float32Array, d: number): number[] | null {
  const count = some.length / d;
  if (some.length === all.length) return Array.from({ length: count }, (_, n) => n);
  const key = (codes: Float32Array, n: number) => codes.subarray(n * d, (n + 1) * d).join();
  const rows = new Map(Array.from({ length: all.length / d }, (_, n) => [key(all, n), n] as const));
  const found = Array.from({ length: count }, (_, n) => rows.get(key(some, n)));
  return found.every((row) => row !== undefined) ? found : null;
}
