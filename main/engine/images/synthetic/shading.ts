/** Colours, light, and the small functions that drawing is made of. Colours are linear light, 0..1. */

export type Rgb = readonly [r: number, g: number, b: number];

export const clamp = (x: number, low = 0, high = 1): number => (x < low ? low : x > high ? high : x);
export const lerp = (a: number, b: number, t: number): number => a + (b - a) * t;
/** 0 at `a`, 1 at `b`, smooth between. */
export const smoothstep = (a: number, b: number, x: number): number => {
  const t = clamp((x - a) / (b - a));
  return t * t * (3 - 2 * t);
};
/** Of the vector (x, y); `Math.hypot` takes many times as long. */
export const length = (x: number, y: number): number => Math.sqrt(x * x + y * y);
/** exp(−x²), exactly 0 far out. */
export const bell = (x: number): number => (x > 2.6 || x < -2.6 ? 0 : Math.exp(-x * x));

const linear = (byte: number): number => (byte / 255) ** 2.2;

/** A colour written as people write it, `#rrggbb`. */
export const hex = (text: string): Rgb =>
  [1, 3, 5].map((i) => linear(parseInt(text.slice(i, i + 2), 16))) as unknown as Rgb;

export const mix = (a: Rgb, b: Rgb, t: number): Rgb => [lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)];
export const scale = (a: Rgb, k: number): Rgb => [a[0] * k, a[1] * k, a[2] * k];

/** The colour at `t` (0..1) of a ramp through `stops`. */
export function ramp(stops: readonly Rgb[], t: number): Rgb {
  const at = clamp(t) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  return mix(stops[i], stops[i + 1], at - i);
}

/** Linear light to a byte, by a table. */
const BYTES = Uint8Array.from({ length: 4097 }, (_, i) => Math.round(255 * (i / 4096) ** (1 / 2.2)));
export const toByte = (x: number): number => BYTES[x <= 0 ? 0 : x >= 1 ? 4096 : (x * 4096 + 0.5) | 0];

/** A place in the picture and the colour there so far. */
export class Pixel {
  /** −1..1 across and down. */
  x = 0;
  y = 0;
  /** Width of a pixel in the same units. */
  readonly width: number;
  r = 0;
  g = 0;
  b = 0;

  constructor(size: number) {
    this.width = 2 / size;
  }

  /** How much of the pixel lies within an edge at a signed distance `d` (negative inside), `soft` blurring it. */
  inside(d: number, soft = 0): number {
    const half = 0.6 * this.width + soft;
    return 1 - smoothstep(-half, half, d);
  }

  /** Share of detail with `frequency` radians a unit that a pixel can show: finer detail would alias. */
  shows(frequency: number): number {
    return 1 - smoothstep(0.8, 2.2, frequency * this.width);
  }

  /** Lays a colour over what is there. */
  lay(r: number, g: number, b: number, alpha: number): void {
    this.r += (r - this.r) * alpha;
    this.g += (g - this.g) * alpha;
    this.b += (b - this.b) * alpha;
  }
}

/** A key light from one side and above, a dim cool one opposite, and light from all around. */
export class Light {
  readonly #key: Rgb;
  readonly #fill: Rgb;
  /** Halfway between the key light and the eye. */
  readonly #half: Rgb;
  r = 0;
  g = 0;
  b = 0;

  /** @param side −1 left … 1 right */
  constructor(side: number) {
    this.#key = unit(0.95 * side, -0.62, 0.72);
    this.#fill = unit(-0.8 * side, -0.1, 0.5);
    this.#half = unit(this.#key[0], this.#key[1], this.#key[2] + 1);
  }

  /**
   * Light on a surface with normal (x, y, z), not necessarily of length 1; the answer is in `r`, `g`, `b`.
   * @param scatter how far light creeps around edges, as it does in skin
   */
  fall(x: number, y: number, z: number, scatter: number): void {
    const length = 1 / Math.sqrt(x * x + y * y + z * z + 1e-9);
    const nx = x * length;
    const ny = y * length;
    const nz = z * length;
    const towards = nx * this.#key[0] + ny * this.#key[1] + nz * this.#key[2];
    const fill = Math.max(0, nx * this.#fill[0] + ny * this.#fill[1] + nz * this.#fill[2]);
    const sky = 0.5 - 0.5 * ny;
    this.r = 0.92 * around(towards, scatter) + 0.14 * fill + 0.1 + 0.12 * sky;
    this.g = 0.88 * around(towards, 0.55 * scatter) + 0.16 * fill + 0.1 + 0.13 * sky;
    this.b = 0.82 * around(towards, 0.4 * scatter) + 0.2 * fill + 0.105 + 0.15 * sky;
  }

  /** The glint of a surface with this normal, 0..1; `sharpness` as the exponent of Blinn (1977). */
  glint(x: number, y: number, z: number, sharpness: number): number {
    const length = 1 / Math.sqrt(x * x + y * y + z * z + 1e-9);
    const towards = (x * this.#half[0] + y * this.#half[1] + z * this.#half[2]) * length;
    return towards > 0 ? Math.pow(towards, sharpness) : 0;
  }
}

/** Light that falls at this cosine where it creeps `amount` around edges. */
function around(towards: number, amount: number): number {
  const t = (towards + amount) / (1 + amount);
  return t > 0 ? t : 0;
}

function unit(x: number, y: number, z: number): Rgb {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
