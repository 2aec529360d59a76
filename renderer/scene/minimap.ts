import type { Vec3 } from './camera/pose';

/** How much of the space a map shows, in radii of the cloud from its middle to each side. */
const EXTENT = 1.35;

/**
 * The cloud seen from straight above: x to the right, z down, as the eye sees it that looks along −z.
 * All lengths on the map in pixels of a square of `side`.
 */
export class Minimap {
  /**
   * @param side pixels
   * @param radius of the cloud, scene units
   */
  constructor(
    readonly side: number,
    readonly radius: number,
  ) {}

  /** Where a scene position lies on the map; beyond its border for places far out. */
  toMap([x, , z]: Vec3): [number, number] {
    const scale = this.side / (2 * EXTENT * this.radius);
    return [this.side / 2 + x * scale, this.side / 2 + z * scale];
  }

  /** The place under a point of the map, at the height `y`. */
  toScene(left: number, top: number, y: number): Vec3 {
    const scale = (2 * EXTENT * this.radius) / this.side;
    return [(left - this.side / 2) * scale, y, (top - this.side / 2) * scale];
  }

  /**
   * How many faces lie above each pixel as 0..1, logarithmic, row by row: single stragglers stay visible beside
   * the crowd in the middle.
   * @param positions `[count, 3]`
   */
  faceCounts(positions: Float32Array): Float32Array {
    const counts = new Float32Array(this.side ** 2);
    for (let i = 0; i < positions.length; i += 3) {
      const [left, top] = this.toMap([positions[i], positions[i + 1], positions[i + 2]]);
      const [column, row] = [Math.floor(left), Math.floor(top)];
      if (column >= 0 && column < this.side && row >= 0 && row < this.side) counts[row * this.side + column]++;
    }
    const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 0)) || 1;
    return counts.map((count) => Math.log1p(count) / most);
  }
}
