import type { CloudScale } from '../cloud/cloud-scale';

const CELLS = 20;

/**
 * How far apart the faces are around a point: a coarse grid of counts, smoothed by reading between the cells.
 * Flying slows down where there is much to see and speeds up where there is little.
 */
export class LocalSpacing {
  readonly #counts = new Float32Array(CELLS ** 3);
  readonly #scale: CloudScale;
  readonly #cell: number;

  /** @param positions `[count, 3]` */
  constructor(positions: Float32Array, scale: CloudScale) {
    this.#scale = scale;
    this.#cell = (2 * scale.radius) / CELLS;
    for (let i = 0; i < positions.length; i += 3) {
      const cell = [0, 1, 2].map((k) => Math.floor((positions[i + k] + scale.radius) / this.#cell));
      if (cell.every((c) => c >= 0 && c < CELLS)) this.#counts[index(cell[0], cell[1], cell[2])]++;
    }
  }

  /** Distance between neighbours around a point, scene units; at most a quarter of the cloud's radius. */
  at(x: number, y: number, z: number): number {
    const { radius } = this.#scale;
    const [u, v, w] = [x, y, z].map((c) => (c + radius) / this.#cell - 0.5);
    const [i, j, k] = [Math.floor(u), Math.floor(v), Math.floor(w)];
    let faces = 0;
    for (let corner = 0; corner < 8; corner++) {
      const [a, b, c] = [i + (corner & 1), j + ((corner >> 1) & 1), k + (corner >> 2)];
      if (Math.min(a, b, c) < 0 || Math.max(a, b, c) >= CELLS) continue;
      faces += this.#counts[index(a, b, c)] * (1 - Math.abs(u - a)) * (1 - Math.abs(v - b)) * (1 - Math.abs(w - c));
    }
    return Math.min(radius / 4, this.#cell / Math.cbrt(faces));
  }
}

function index(i: number, j: number, k: number): number {
  return (k * CELLS + j) * CELLS + i;
}
