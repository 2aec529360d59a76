/** What the frame cannot show of the faces decoded: whose it is, and its way from one face's to the next one's. */
import type { Cloud, Frame } from '../../../main/contract';
import { hiddenPart } from '../../../main/engine/space/frames/frame';

/** Fading takes about as long as the flight to the face that the hidden part belongs to. */
const FADE_MILLISECONDS = 700;

export interface HiddenPartEvents {
  /** Another face lends its hidden part, or none. */
  anchor(face: number | null): void;
  /** What is decoded changed. */
  change(): void;
}

export class HiddenPart {
  /**
   * Whose hidden part goes into every decoded face: the face picked last, at the start the one in the middle. Null: the
   * average face's, which is nobody's and looks it.
   */
  anchor = $state<number | null>(null);
  /** What goes into the faces decoded now, `[latentSize]`. */
  now = $state.raw<Float32Array<ArrayBuffer>>(new Float32Array(0));
  /** It was changed by hand since. */
  steered = $state(false);
  /** On its way to that of the face picked last: how far, 0..1, eased; 1 where it is there. */
  share = $state(1);
  readonly fading = $derived(this.share < 1);
  /** It is nobody's in the cloud, and not the average face's either: that of the very code one has flown to. */
  readonly own = $derived(this.anchor === null && this.now.some((value) => value !== 0));
  /** Motion is reduced: nothing fades. */
  still = false;
  #fade: { from: Float32Array; to: Float32Array<ArrayBuffer>; start: number } | null = null;
  #fades = 0;
  /** A step is due. */
  #stepping = false;
  /** What it was before it was steered by hand. */
  #unsteered: Float32Array<ArrayBuffer> = new Float32Array(0);
  readonly #ofFace: (face: number | null) => Float32Array<ArrayBuffer>;
  readonly #on: HiddenPartEvents;

  /** @param ofFace the hidden part of a face of the open model; see `hiddenOfFace` */
  constructor(ofFace: (face: number | null) => Float32Array<ArrayBuffer>, on: HiddenPartEvents) {
    this.#ofFace = ofFace;
    this.#on = on;
  }

  /** What it is now, or will be once it has faded. */
  get target(): Float32Array<ArrayBuffer> {
    return this.#fade?.to ?? this.now;
  }

  /** Counts the fades: each new one begins at what is shown then. */
  get fades(): number {
    return this.#fades;
  }

  /** Is this at once; whatever faded or was steered is over. */
  set(now: Float32Array<ArrayBuffer>, anchor = this.anchor): void {
    this.#fade = null;
    this.share = 1;
    this.steered = false;
    this.now = now;
    if (anchor === this.anchor) return;
    this.anchor = anchor;
    this.#on.anchor(anchor);
  }

  /** Fades to the hidden part of a face; null: of the average one. */
  anchorTo(face: number | null): void {
    this.#fadeTo(face, this.#ofFace(face), false);
  }

  /** Fades to a hidden part that belongs to a face, or was made from its by hand. */
  fadeTo(hidden: Float32Array<ArrayBuffer>, face: number | null): void {
    this.#fadeTo(face, hidden, face !== null && !alike(hidden, this.#ofFace(face)));
  }

  /** Changes it by hand, at once. */
  steer(hidden: Float32Array<ArrayBuffer>): void {
    if (!this.steered) this.#unsteered = this.target;
    this.set(hidden);
    this.steered = true;
    this.#on.change();
  }

  /** Undoes what was steered by hand. */
  unsteer(): void {
    if (this.steered) this.#fadeTo(this.anchor, this.#unsteered, false);
  }

  #fadeTo(anchor: number | null, to: Float32Array<ArrayBuffer>, steered: boolean): void {
    this.anchor = anchor;
    this.steered = steered;
    if (steered) this.#unsteered = this.#ofFace(anchor);
    this.#on.anchor(anchor);
    this.#fade = { from: this.now, to, start: performance.now() };
    this.#fades++;
    this.share = 0;
    if (!this.#stepping) this.#nextStep();
  }

  #nextStep(): void {
    this.#stepping = true;
    requestAnimationFrame(this.#step);
  }

  readonly #step = (time: number): void => {
    this.#stepping = false;
    const fade = this.#fade;
    if (!fade) return;
    const share = this.still ? 1 : Math.min(1, Math.max(0, (time - fade.start) / FADE_MILLISECONDS));
    this.share = share * share * (3 - 2 * share);
    this.now = mix(fade.from, fade.to, this.share);
    if (share === 1) this.#fade = null;
    else this.#nextStep();
    this.#on.change();
  };
}

/** What `frame` cannot show of a face of a cloud, `[latentSize]`; null: of the average one, nothing. */
export function hiddenOfFace(
  frame: Frame,
  { codes, positions }: Pick<Cloud, 'codes' | 'positions'>,
  face: number | null,
  latentSize: number,
): Float32Array<ArrayBuffer> {
  if (face === null) return new Float32Array(latentSize);
  const code = codes.subarray(face * latentSize, (face + 1) * latentSize);
  return hiddenPart(frame, positions.subarray(3 * face, 3 * face + 3), code);
}

/** A share of the way, 0..1: exactly `to` at its end. */
export function mix(from: Float32Array, to: Float32Array<ArrayBuffer>, share: number): Float32Array<ArrayBuffer> {
  return share === 1 ? to.slice() : to.map((value, k) => from[k] + (value - from[k]) * share);
}

/** The same, but for rounding. */
export function alike(a: Float32Array, b: Float32Array): boolean {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.every((value, i) => Math.abs(value - b[i]) <= 1e-4 * largest);
}
