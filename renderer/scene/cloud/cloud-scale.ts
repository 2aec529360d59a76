/** Lengths that everything in the scene is derived from, so that a cloud of any size and density feels the same. */
export interface CloudScale {
  /** Around the origin, holds all faces but the 2 % farthest: stragglers must not shrink everybody else. */
  radius: number;
  /** Median distance from a face to its nearest neighbour. */
  spacing: number;
  /** Side of a face. */
  faceSize: number;
  /** From how near a face is looked at: it then fills a good part of the view, and its neighbours the rest. */
  closeUp: number;
}

/** Enough for a median within a few percent, few enough to compare each with 100,000 others at once. */
const SAMPLES = 200;

/** Distance of a close look, in sides of a face. */
const CLOSE_UP = 5;

/** The scale of an empty space. */
export const EMPTY_SCALE: CloudScale = { radius: 1, spacing: 0.1, faceSize: 0.1, closeUp: 0.1 * CLOSE_UP };

/**
 * @param positions `[count, 3]`, finite
 */
export function measureCloud(positions: Float32Array): CloudScale {
  const count = positions.length / 3;
  if (count === 0) return EMPTY_SCALE;
  const distances = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    distances[i] = Math.hypot(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]);
  }
  distances.sort();
  // one face at the origin, or all of them, still needs a space to be seen in
  const radius = distances[Math.floor(0.98 * (count - 1))] || distances[count - 1] || EMPTY_SCALE.radius;
  const spacing = medianSpacing(positions) || (1.6 * radius) / Math.cbrt(count);
  const faceSize = Math.min(radius / 6, Math.max(radius / 300, spacing * shareOfSpacing(count)));
  return { radius, spacing, faceSize, closeUp: CLOSE_UP * faceSize };
}

/** Faces of large clouds leave more air between them: otherwise one would only ever see the outermost. */
function shareOfSpacing(count: number): number {
  return Math.min(1, 1.5 - 0.18 * Math.log10(count));
}

function medianSpacing(positions: Float32Array): number {
  const count = positions.length / 3;
  const stride = Math.max(1, Math.floor(count / SAMPLES));
  const nearest: number[] = [];
  for (let a = 0; a < count; a += stride) {
    const [x, y, z] = positions.subarray(3 * a, 3 * a + 3);
    let best = Infinity;
    for (let b = 0; b < count; b++) {
      if (a === b) continue;
      const dx = positions[3 * b] - x;
      const dy = positions[3 * b + 1] - y;
      const dz = positions[3 * b + 2] - z;
      best = Math.min(best, dx * dx + dy * dy + dz * dz);
    }
    if (best < Infinity) nearest.push(best);
  }
  nearest.sort((a, b) => a - b);
  return Math.sqrt(nearest[nearest.length >> 1] ?? 0);
}
