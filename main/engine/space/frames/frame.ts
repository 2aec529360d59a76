/** Between codes and scene coordinates, by a frame: THE mapping, in the engine and in the window. */
import type { Frame, LinearFrame } from '../../../contract';
import { interpolate } from './scattered-interpolation';
import { orthonormalise } from '../../maths/qr';

/**
 * The codes at scene positions: `origin + B·p + hidden`; in a layout, interpolated between the faces laid out near p.
 * @param positions `[count, 3]`
 * @param hidden what the frame cannot show and every code shall hold, `[latentSize]`; default: nothing
 * @returns `[count, latentSize]`
 */
export function codesAt(frame: Frame, positions: ArrayLike<number>, hidden?: Float32Array): Float32Array<ArrayBuffer> {
  const codes =
    frame.kind === 'layout'
      ? interpolate(frame.positions, 3, frame.codes, latentSizeOf(frame), positions)
      : linear(frame, positions);
  if (hidden) for (let i = 0; i < codes.length; i++) codes[i] += hidden[i % hidden.length];
  return codes;
}

/**
 * Scene coordinates of codes: the p whose `origin + B·p` lies nearest to each code (least squares by QR; the axes need not
 * be orthogonal; along an axis that shows nothing new, 0). In a layout, interpolated between the places of the nearest
 * codes laid out. What a code holds off the frame is lost.
 * @param codes `[count, latentSize]`
 * @returns `[count, 3]`
 */
export function toScene(codes: Float32Array, frame: Frame): Float32Array<ArrayBuffer> {
  const d = latentSizeOf(frame);
  if (frame.kind === 'layout') return interpolate(frame.codes, d, frame.positions, 3, codes);
  const { origin, axes } = frame;
  const { q, r } = orthonormalise(axes, d);
  const count = codes.length / d;
  const positions = new Float32Array(count * 3);
  const p = [0, 0, 0];
  for (let n = 0; n < count; n++) {
    for (let k = 2; k >= 0; k--) {
      const column = q[k];
      p[k] = 0;
      if (!column) continue;
      let sum = 0;
      for (let i = 0; i < d; i++) sum += (codes[n * d + i] - origin[i]) * column[i];
      for (let j = k + 1; j < 3; j++) sum -= r[k][j] * p[j];
      p[k] = sum / r[k][k];
    }
    positions.set(p, n * 3);
  }
  return positions;
}

/** What `code` holds beyond the code at `position`: `codesAt(frame, position, hiddenPart(…))` is `code` again. */
export function hiddenPart(frame: Frame, position: ArrayLike<number>, code: Float32Array): Float32Array<ArrayBuffer> {
  return codesAt(frame, position).map((value, i) => code[i] - value);
}

export function latentSizeOf(frame: Frame): number {
  return frame.kind === 'layout' ? (frame.codes.length / frame.positions.length) * 3 : frame.origin.length;
}

function linear({ origin, axes }: LinearFrame, positions: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const d = origin.length;
  const count = positions.length / 3;
  const codes = new Float32Array(count * d);
  for (let n = 0; n < count; n++) {
    const [x, y, z] = [positions[3 * n], positions[3 * n + 1], positions[3 * n + 2]];
    for (let i = 0; i < d; i++) codes[n * d + i] = origin[i] + x * axes[i] + y * axes[d + i] + z * axes[2 * d + i];
  }
  return codes;
}
