import type { Vec3 } from '../camera/pose';

/** A place of the lattice and where its face is kept. */
export interface Site {
  /** Whole numbers: steps of the lattice from the origin. */
  cell: Vec3;
  slot: number;
  /** The face is there. */
  decoded: boolean;
  /** The place would decode to another face by now: the one that is there stays until the new one is. */
  stale: boolean;
}

/** Cells in reach of a lattice point, nearest first: enough for any number of slots below. */
const AROUND = 6;
/** Steps per second beyond which only every second cell is decoded: what flies past need not be dense. */
const HASTE = 2.5;

/**
 * Which places of a cubic lattice around the camera get a decoded face: a fixed number of slots, given to the places
 * nearest by. In haste only to every second place in each direction, which then reach farther; in rest to all of them.
 * A place keeps its face until its slot is needed for a nearer one.
 */
export class Lattice {
  readonly slots: number;
  /** Distance between neighbouring places, scene units. */
  readonly step: number;
  readonly #sites = new Map<string, Site>();
  readonly #free: number[];
  #wanted: Vec3[] = [];
  #centre = '';

  constructor(slots: number, step: number) {
    this.slots = slots;
    this.step = step;
    this.#free = Array.from({ length: slots }, (_, i) => slots - 1 - i);
  }

  /** All places that have a slot, decoded or not. */
  get sites(): Iterable<Site> {
    return this.#sites.values();
  }

  /** Scene position of a site. */
  positionOf({ cell }: Site): Vec3 {
    return [cell[0] * this.step, cell[1] * this.step, cell[2] * this.step];
  }

  /**
   * Gathers the slots around `centre`.
   * @param speed scene units per second
   * @returns whether any site came or went
   */
  gather(centre: Vec3, speed: number): boolean {
    const stride = speed > HASTE * this.step ? 2 : 1;
    const middle = centre.map((c) => Math.round(c / this.step / stride) * stride) as Vec3;
    const name = `${stride}:${middle.join()}`;
    if (name === this.#centre) return false;
    this.#centre = name;
    this.#wanted = OFFSETS.slice(0, this.slots).map((o) => [0, 1, 2].map((k) => middle[k] + stride * o[k]) as Vec3);

    const wanted = new Set(this.#wanted.map(String));
    const missing = this.#wanted.filter((cell) => !this.#sites.has(String(cell)));
    // those no longer wanted go, without a face before with one, the farthest first, and only as many as needed
    const spare = [...this.#sites.entries()].filter(([key]) => !wanted.has(key));
    const use = (site: Site) => (site.decoded ? distance(site.cell, middle) : Infinity);
    spare.sort(([, a], [, b]) => (use(a) === use(b) ? 0 : use(b) - use(a)));
    for (const [key, site] of spare.slice(0, Math.max(0, missing.length - this.#free.length))) {
      this.#sites.delete(key);
      this.#free.push(site.slot);
    }
    for (const cell of missing)
      this.#sites.set(String(cell), { cell, slot: this.#free.pop()!, decoded: false, stale: false });
    return missing.length > 0;
  }

  /** Up to `most` sites still without their face, nearest first, those with an outdated one after those with none. */
  undecoded(most: number): Site[] {
    const missing: Site[] = [];
    const stale: Site[] = [];
    for (const cell of this.#wanted) {
      if (missing.length === most) break;
      const site = this.#sites.get(String(cell));
      if (site && !site.decoded) missing.push(site);
      else if (site?.stale && stale.length < most) stale.push(site);
    }
    return [...missing, ...stale].slice(0, most);
  }

  /** All places would decode to other faces by now. */
  outdate(): void {
    for (const site of this.#sites.values()) site.stale = site.decoded;
  }

  /** Whether a site still has its slot: it may have been given away while its face was decoded. */
  holds(site: Site): boolean {
    return this.#sites.get(String(site.cell)) === site;
  }
}

const OFFSETS: Vec3[] = [];
for (let x = -AROUND; x <= AROUND; x++) {
  for (let y = -AROUND; y <= AROUND; y++) {
    for (let z = -AROUND; z <= AROUND; z++) OFFSETS.push([x, y, z]);
  }
}
OFFSETS.sort((a, b) => distance(a, [0, 0, 0]) - distance(b, [0, 0, 0]));

function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
