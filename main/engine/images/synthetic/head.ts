/** The shape of the head: outline, depth, the way it is turned, and the relief of the face on it. */
import type { Factors } from './factors';
import { lerp, smoothstep } from './shading';

/** Greatest turns, in radians. */
const MOST_YAW = 0.42;
const MOST_PITCH = 0.21;
/** Depth of the head at its middle. */
const DEPTH = 0.5;

/** A soft hill of height `a` at (u, v). */
interface Hill {
  a: number;
  u: number;
  v: number;
  /** Widths across and down. */
  su: number;
  sv: number;
}

/** Where things are in a face, in units of half the picture; v grows downwards. */
export interface Places {
  eyeU: number;
  eyeV: number;
  /** Half the width of an eye. */
  eyeWidth: number;
  browV: number;
  noseV: number;
  mouthV: number;
  mouthWidth: number;
  chinV: number;
}

export class Head {
  readonly places: Places;
  /** Half the width at the eyes. */
  readonly halfWidth: number;
  readonly crown: number;
  readonly chin: number;
  readonly middle = -0.02;
  readonly sinYaw: number;
  readonly sinPitch: number;
  readonly #taper: number;
  readonly #corner: number;
  readonly #hills: Hill[];

  /** About the point asked for last: 1 − ρ, its root, the distance to the outline, place on the face, normal. */
  depth = 0;
  distance = 0;
  u = 0;
  v = 0;
  nx = 0;
  ny = 0;
  nz = 1;
  /** Light that reaches hollows, 0..1. */
  open = 1;

  constructor(f: Factors) {
    this.halfWidth = 0.45 + 0.11 * f.width;
    this.sinYaw = Math.sin(MOST_YAW * f.yaw);
    this.sinPitch = Math.sin(MOST_PITCH * f.pitch);
    this.crown = -0.74 + 0.06 * this.sinPitch;
    this.chin = 0.7 + 0.03 * f.jaw - 0.12 * this.sinPitch;
    this.#taper = lerp(0.46, 0.08, f.jaw);
    this.#corner = lerp(2.1, 4.2, f.jaw);
    const noseV = 0.2 + 0.09 * f.noseLength;
    this.places = {
      eyeU: 0.185 + 0.05 * f.eyeSpacing + 0.02 * f.width,
      eyeV: -0.05,
      eyeWidth: 0.098 + 0.036 * f.eyeSize,
      browV: -0.2 - 0.075 * f.browHeight - 0.02 * f.eyeSize,
      noseV,
      mouthV: noseV + 0.2,
      mouthWidth: 0.15 + 0.075 * f.mouthWidth + 0.05 * Math.max(0, f.smile),
      chinV: 0.62,
    };
    this.#hills = relief(f, this.places, this.sinYaw);
  }

  /** Looks at the point (x, y) of the picture. */
  look(x: number, y: number): void {
    const fromMiddle = y - this.middle;
    const lower = fromMiddle > 0;
    const height = lower ? this.chin - this.middle : this.middle - this.crown;
    const t = Math.abs(fromMiddle) / height;
    const half = lower ? this.halfWidth * (1 - this.#taper * t * t) : this.halfWidth * (1 + 0.05 * t * t);
    const slope = lower ? (-2 * this.#taper * t * this.halfWidth) / height : (-0.1 * t * this.halfWidth) / height;
    const power = lower ? this.#corner : 2.3;
    const tp = Math.pow(t, power);
    const across = x / Math.max(0.05, half);
    const rho = across * across + tp;
    const rx = (2 * across) / Math.max(0.05, half);
    const ry =
      (lower ? 1 : -1) * (t > 0 ? (power * tp) / (t * height) : 0) -
      (2 * across * across * slope) / Math.max(0.05, half);
    this.distance = (rho - 1) / (Math.sqrt(rx * rx + ry * ry) + 1e-3);
    this.depth = rho < 1 ? Math.sqrt(1 - rho) : 0;
    // A ball keeps its outline when it turns; what is painted on it moves.
    const z = DEPTH * this.depth;
    this.u = x - z * this.sinYaw;
    this.v = y + z * this.sinPitch;
    this.nx = 0.5 * DEPTH * rx;
    this.ny = 0.5 * DEPTH * ry;
    this.nz = this.depth + 0.02;
  }

  /** Adds the relief of the face to the normal at the point looked at. */
  feel(): void {
    let du = 0;
    let dv = 0;
    let low = 0;
    for (const { a, u, v, su, sv } of this.#hills) {
      const x = (this.u - u) / su;
      const y = (this.v - v) / sv;
      const r = x * x + y * y;
      if (r > 7) continue;
      const h = a * Math.exp(-r);
      du -= (2 * h * x) / su;
      dv -= (2 * h * y) / sv;
      if (h < 0) low -= h;
    }
    this.nx -= du * this.nz;
    this.ny -= dv * this.nz;
    this.open = 1 - Math.min(0.5, 7 * low);
  }
}

function relief(f: Factors, p: Places, sinYaw: number): Hill[] {
  const broad = lerp(0.75, 1.3, f.noseWidth);
  const smile = Math.max(0, f.smile);
  // What stands out shifts further than the face it stands on.
  const out = (amount: number) => amount * sinYaw;
  const hills: Hill[] = [
    // nose: bridge, back, tip, underside
    { a: 0.05, u: out(0.03), v: lerp(p.eyeV, p.noseV, 0.25), su: 0.045 * broad, sv: 0.16 },
    { a: 0.085, u: out(0.08), v: lerp(p.eyeV, p.noseV, 0.75), su: 0.06 * broad, sv: 0.11 },
    { a: 0.06, u: out(0.11), v: p.noseV - 0.015, su: 0.065 * broad, sv: 0.055 },
    { a: -0.018, u: out(0.04), v: p.noseV + 0.07, su: 0.09 * broad, sv: 0.04 },
    // forehead, chin, and the hollow above it
    { a: 0.03, u: 0, v: -0.42, su: 0.3, sv: 0.16 },
    { a: 0.05, u: out(0.04), v: p.chinV - 0.01, su: lerp(0.1, 0.17, f.jaw), sv: 0.075 },
    { a: -0.025, u: out(0.03), v: p.mouthV + 0.115, su: 0.12, sv: 0.04 },
    // lips
    { a: 0.018 + 0.022 * f.lips, u: out(0.03), v: p.mouthV + 0.045, su: 0.55 * p.mouthWidth, sv: 0.035 },
    { a: 0.012 + 0.014 * f.lips, u: out(0.03), v: p.mouthV - 0.035, su: 0.65 * p.mouthWidth, sv: 0.028 },
  ];
  for (const side of [-1, 1]) {
    hills.push(
      // eye sockets, brow ridge, cheekbones, wings of the nose, corners of the mouth, jowls
      { a: -0.05, u: side * p.eyeU * 0.9, v: p.eyeV - 0.03, su: 0.13, sv: 0.09 },
      { a: 0.03, u: side * p.eyeU, v: p.browV + 0.02, su: 0.15, sv: 0.05 },
      { a: 0.03 + 0.035 * smile, u: side * (p.eyeU + 0.07), v: 0.16 - 0.03 * smile, su: 0.13, sv: 0.1 },
      { a: 0.035, u: side * 0.072 * broad + out(0.06), v: p.noseV + 0.015, su: 0.038 * broad, sv: 0.036 },
      { a: -0.012 - 0.004 * smile, u: side * (p.mouthWidth + 0.025), v: p.mouthV - 0.02 * f.smile, su: 0.04, sv: 0.05 },
      { a: 0.02 * smoothstep(0.3, 1, f.age), u: side * 0.27, v: 0.47, su: 0.08, sv: 0.1 },
      { a: -0.03 * (1 - f.jaw), u: side * 0.34, v: 0.36, su: 0.13, sv: 0.14 },
    );
  }
  return hills;
}
