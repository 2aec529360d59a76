import type { Vec3 } from '../camera/pose';

/** The camera as a pinhole: where it is, which way it looks, and the picture it makes. */
export interface View {
  eye: Vec3;
  right: Vec3;
  up: Vec3;
  forward: Vec3;
  /** Pixels. */
  width: number;
  height: number;
  /** Where the picture's middle is, pixels from the left and the top: not half way when panels cover a side. */
  middle: [number, number];
  /** Pixels per scene unit at distance 1. */
  focal: number;
  /** Parts of the picture that are not to be seen, pixels from the left and the top. */
  covered: readonly Area[];
}

export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** How large faces appear. The shader of the cloud follows the same rule. */
export interface FaceSizes {
  /** Side of a face, scene units. */
  face: number;
  /** A face is gone nearer than this, and grows to its full size until the second distance. */
  goneWithin: number;
  wholeBeyond: number;
  /** No face that is wholly there is smaller than this, pixels. */
  fewestPixels: number;
  /** Of faces larger than this the part is found that may be seen, pixels. */
  cutFrom: number;
}

/** Depth is sorted into this many layers. */
const LAYERS = 1024;
/** Inset of the largest square inside a face with rounded corners: rounding · (1 − 1/√2), a little more. */
const CORNER_INSET = 0.045;
/** A face that nothing is cut from. */
const WHOLE = [0, 0, 1, 1];
/** Pixels by which graphics hardware may place an edge elsewhere. */
const ROUNDING_ERROR = 0.02;

/**
 * Which faces can be seen: inside the picture and not behind others. In a dense cloud that is a small part, and
 * drawing only them is what keeps flying through 100,000 faces fluent without a strong graphics card.
 *
 * Faces are taken from near to far. Each covers cells of a grid over the picture, as coarse as the faces are large; one
 * whose cells are all covered already cannot be seen. Faces of one depth layer do not hide one another, so their order in it
 * is free.
 */
export class Visibility {
  /** After `find`: visible faces, nearest first, and their sides in pixels. */
  readonly faces: Uint32Array;
  readonly pixels: Float32Array;
  /**
   * The smallest rectangle that holds all that may be seen of each face larger than `cutFrom` or wanted always: left, top,
   * right, bottom from the face's own left and top, shares of its side, `[count, 4]`.
   */
  readonly cuts: Float32Array;
  count = 0;
  /** 1 for faces that are not to be seen, `[count]`; null: all are. */
  hidden: Uint8Array | null = null;

  readonly #positions: Float32Array;
  /** Of those inside the picture, in the order of the cloud: face, centre, side, depth, layer. */
  readonly #inside: Uint32Array;
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  readonly #side: Float32Array;
  readonly #depth: Float32Array;
  readonly #layer: Uint16Array;
  readonly #sorted: Uint32Array;
  readonly #layerStarts = new Uint32Array(LAYERS + 1);
  #covered = new Uint8Array();
  #columns = 0;
  #rows = 0;
  /** Pixels per side. */
  #cell = 1;

  /** @param positions `[count, 3]` */
  constructor(positions: Float32Array) {
    const count = positions.length / 3;
    this.#positions = positions;
    this.faces = new Uint32Array(count);
    this.pixels = new Float32Array(count);
    this.cuts = new Float32Array(4 * count);
    this.#inside = new Uint32Array(count);
    this.#x = new Float32Array(count);
    this.#y = new Float32Array(count);
    this.#side = new Float32Array(count);
    this.#depth = new Float32Array(count);
    this.#layer = new Uint16Array(count);
    this.#sorted = new Uint32Array(count);
  }

  /** Fills `faces`, `pixels`, `cuts` and `count` for this view. `always`: faces that others do not hide. */
  find(view: View, sizes: FaceSizes, always: readonly number[]): void {
    const inside = this.#project(view, sizes);
    this.#sortByDepth(inside);
    this.#startGrid(view, inside);
    const { faces, pixels, cuts } = this;
    const [sorted, starts, own, side] = [this.#sorted, this.#layerStarts, this.#inside, this.#side];
    let count = 0;
    for (let layer = 0; layer < LAYERS; layer++) {
      const first = count;
      for (let k = starts[layer]; k < starts[layer + 1]; k++) {
        const i = sorted[k];
        if (always.includes(own[i])) cuts.set(WHOLE, 4 * count);
        else if (side[i] > sizes.cutFrom ? !this.#cut(i, count) : this.#isCovered(i)) continue;
        faces[count++] = i;
      }
      // only now: faces of one layer are not in order
      for (let k = first; k < count; k++) {
        const i = faces[k];
        this.#cover(i);
        faces[k] = own[i];
        pixels[k] = side[i];
      }
    }
    this.count = count;
  }

  /** Finds the faces inside the picture; returns their number. */
  #project({ eye, right, up, forward, width, height, middle, focal }: View, sizes: FaceSizes): number {
    const { hidden } = this;
    const positions = this.#positions;
    const [insides, xs, ys, sides, depths] = [this.#inside, this.#x, this.#y, this.#side, this.#depth];
    const [ex, ey, ez] = eye;
    const [rx, ry, rz] = right;
    const [ux, uy, uz] = up;
    const [fx, fy, fz] = forward;
    const { face, goneWithin, wholeBeyond, fewestPixels } = sizes;
    let inside = 0;
    for (let i = 0; i < positions.length; i += 3) {
      if (hidden !== null && hidden[i / 3] !== 0) continue;
      const dx = positions[i] - ex;
      const dy = positions[i + 1] - ey;
      const dz = positions[i + 2] - ez;
      const depth = dx * fx + dy * fy + dz * fz;
      if (depth <= 0) continue;
      const away = Math.sqrt(dx * dx + dy * dy + dz * dz);
      if (away <= goneWithin) continue;
      const scale = focal / depth;
      let side = face * scale;
      if (away < wholeBeyond) {
        const t = (away - goneWithin) / (wholeBeyond - goneWithin);
        side *= t * t * (3 - 2 * t);
      } else if (side < fewestPixels) side = fewestPixels;
      const x = middle[0] + (dx * rx + dy * ry + dz * rz) * scale;
      const y = middle[1] - (dx * ux + dy * uy + dz * uz) * scale;
      const half = side / 2;
      if (x < -half || x > width + half || y < -half || y > height + half) continue;
      insides[inside] = i / 3;
      xs[inside] = x;
      ys[inside] = y;
      sides[inside] = side;
      depths[inside] = depth;
      inside++;
    }
    return inside;
  }

  /** Orders the first `count` by layers of depth, equally thick in 1/depth: finer where things are near. */
  #sortByDepth(count: number): void {
    const [depths, layers, sorted] = [this.#depth, this.#layer, this.#sorted];
    const starts = this.#layerStarts.fill(0);
    let nearest = Infinity;
    let farthest = 0;
    for (let i = 0; i < count; i++) {
      if (depths[i] < nearest) nearest = depths[i];
      if (depths[i] > farthest) farthest = depths[i];
    }
    const perLayer = farthest > nearest ? (LAYERS - 1) / (1 / nearest - 1 / farthest) : 0;
    for (let i = 0; i < count; i++) {
      layers[i] = (1 / nearest - 1 / depths[i]) * perLayer;
      starts[layers[i] + 1]++;
    }
    for (let layer = 0; layer < LAYERS; layer++) starts[layer + 1] += starts[layer];
    const next = starts.slice();
    for (let i = 0; i < count; i++) sorted[next[layers[i]]++] = i;
  }

  /** An empty grid whose cells are about a third of a face: fine enough to be filled, coarse enough to be quick. */
  #startGrid({ width, height, covered }: View, inside: number): void {
    let sum = 0;
    for (let i = 0; i < inside; i++) sum += this.#side[i];
    this.#cell = Math.min(16, Math.max(1, Math.floor(sum / Math.max(1, inside) / 3)));
    this.#columns = Math.ceil(width / this.#cell);
    this.#rows = Math.ceil(height / this.#cell);
    const cells = this.#columns * this.#rows;
    if (this.#covered.length < cells) this.#covered = new Uint8Array(cells);
    else this.#covered.fill(0, 0, cells);
    for (const { left, top, right, bottom } of covered) this.#coverArea(left, top, right, bottom);
  }

  /** Whether all pixels of a face, those whose centres lie in it, are covered. It may have none. */
  #isCovered(i: number): boolean {
    const covered = this.#covered;
    const columns = this.#columns;
    const cell = this.#cell;
    const x = this.#x[i] - 0.5;
    const y = this.#y[i] - 0.5;
    const half = this.#side[i] / 2 + ROUNDING_ERROR;
    const left = Math.max(0, Math.floor(Math.ceil(x - half) / cell));
    const right = Math.min(columns - 1, Math.floor(Math.floor(x + half) / cell));
    const top = Math.max(0, Math.floor(Math.ceil(y - half) / cell));
    const bottom = Math.min(this.#rows - 1, Math.floor(Math.floor(y + half) / cell));
    for (let row = top; row <= bottom; row++) {
      for (let at = row * columns + left; at <= row * columns + right; at++) {
        if (covered[at] === 0) return false;
      }
    }
    return true;
  }

  /** Notes the part of a face that may be seen as number `at`; false when there is none. */
  #cut(i: number, at: number): boolean {
    const covered = this.#covered;
    const columns = this.#columns;
    const cell = this.#cell;
    const side = this.#side[i];
    const x = this.#x[i] - side / 2;
    const y = this.#y[i] - side / 2;
    const left = Math.max(0, Math.floor(x / cell));
    const right = Math.min(columns - 1, Math.floor((x + side) / cell));
    const top = Math.max(0, Math.floor(y / cell));
    const bottom = Math.min(this.#rows - 1, Math.floor((y + side) / cell));
    let [l, t, r, b] = [columns, this.#rows, -1, -1];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        if (covered[row * columns + column] !== 0) continue;
        if (column < l) l = column;
        if (column > r) r = column;
        if (row < t) t = row;
        b = row;
      }
    }
    if (r < 0) return false;
    const { cuts } = this;
    cuts[4 * at] = Math.max(0, (l * cell - x) / side);
    cuts[4 * at + 1] = Math.max(0, (t * cell - y) / side);
    cuts[4 * at + 2] = Math.min(1, ((r + 1) * cell - x) / side);
    cuts[4 * at + 3] = Math.min(1, ((b + 1) * cell - y) / side);
    return true;
  }

  /** Covers the cells all of whose pixels have their centres in a face. */
  #cover(i: number): void {
    const half = this.#side[i] * (0.5 - CORNER_INSET) - ROUNDING_ERROR;
    this.#coverArea(this.#x[i] - half, this.#y[i] - half, this.#x[i] + half, this.#y[i] + half);
  }

  #coverArea(x0: number, y0: number, x1: number, y1: number): void {
    const covered = this.#covered;
    const columns = this.#columns;
    const cell = this.#cell;
    const left = Math.max(0, Math.ceil((x0 - 0.5) / cell));
    const right = Math.min(columns, Math.floor((x1 + 0.5) / cell));
    const top = Math.max(0, Math.ceil((y0 - 0.5) / cell));
    const bottom = Math.min(this.#rows, Math.floor((y1 + 0.5) / cell));
    for (let row = top; row < bottom; row++) {
      for (let at = row * columns + left; at < row * columns + right; at++) covered[at] = 1;
    }
  }
}
