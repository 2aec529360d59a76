/** Between codes and scene coordinates, by a frame: `z = origin + B·p`. */
import type { Frame } from '../../contract';

/**
 * Scene coordinates of codes: the p whose `origin + B·p` lies nearest to each code (least squares; the columns of B are
 * orthogonal). What a code holds off the frame is lost.
 * @param codes `[count, latentSize]`
 * @returns `[count, 3]`
 */
export function toScene(codes: Float32Array, { origin, axes }: Frame): Float32Array {
  const d = origin.length;
  const count = codes.length / d;
  const squares = [0, 1, 2].map((k) =>
    axes.subarray(k * d, (k + 1) * d).reduce((sum, value) => sum + value * value, 0),
  );
  const positions = new Float32Array(count * 3);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < 3; k++) {
      let dot = 0;
      for (let i = 0; i < d; i++) dot += (codes[n * d + i] - origin[i]) * axes[k * d + i];
      positions[n * 3 + k] = squares[k] > 0 ? dot / squares[k] : 0;
    }
  }
  return positions;
}
