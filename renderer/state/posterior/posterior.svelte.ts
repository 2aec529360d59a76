/** The posterior of the face picked last: where it lies, what overlaps it, and what is drawn from it. */
import type { ImageBatch } from '../../../main/contract';
import { normals, random } from '../../../main/engine/maths/random';
import { frameInverse, shadowDistance, shadowOf, type Ellipsoid } from '../../../main/engine/space/frames/ellipsoid';
import { toScene } from '../../../main/engine/space/frames/frame';
import { closestPosteriors } from '../../../main/engine/space/posteriors/overlap';
import type { Ellipsoids } from '../../scene/layers/ellipsoids';
import { LiveFace } from '../flight/live-face.svelte';
import type { Flight } from '../flight/flight';
import type { Explorer } from '../flight/explorer.svelte';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

const NEIGHBOURS = 5;
/** Draws shown beside one another: at even angles of the ring on which the noise has its usual size. */
export const DRAWS = 8;

export interface Neighbour {
  index: number;
  /** Share of overlap, 0..1 (Bhattacharyya coefficient): of the shadows in the frame; null where the frame has none. */
  inView: number | null;
  /** In all latents together, and their geometric mean for a single one. */
  overall: number;
  perLatent: number;
}

/** Why there is no posterior to look at. */
export type NoPosterior = 'no-face' | 'points' | 'not-kept' | 'draws' | 'layout';

export class Posterior {
  /** Where the noise is: `ε = x·u + y·v` with u, v drawn from N(0, I). On the unit circle ε is itself such a draw. */
  x = $state(0);
  y = $state(0);
  /** The face decoded at μ + σ ⊙ ε, and the draws around the ring. */
  readonly face = $derived.by(() => (this.live.state === 'failed' ? null : this.live.shown));
  draws = $state.raw<ImageBatch | null>(null);

  #noise = $state.raw<{ u: Float32Array; v: Float32Array }>({ u: new Float32Array(0), v: new Float32Array(0) });
  readonly #random = random(1, 'posterior');
  readonly #explorer: Explorer;
  #layer: Ellipsoids | null = null;
  readonly #turns = new Turns();
  readonly #engine: Engine;
  /** Decodes at μ + σ ⊙ ε. */
  readonly live: LiveFace;

  constructor(engine: Engine, explorer: Explorer) {
    this.#engine = engine;
    this.live = new LiveFace(engine);
    this.#explorer = explorer;
  }

  /** The face whose posterior is looked at, or why there is none. */
  readonly of = $derived.by((): { index: number; flight: Flight } | NoPosterior => {
    const { flight, hidden } = this.#explorer;
    if (!flight) return 'no-face';
    if (flight.cloud.source === 'prior') return 'draws';
    if (flight.card.kind !== 'vae') return 'points';
    if (!flight.cloud.logVar) return 'not-kept';
    return hidden.anchor === null ? 'no-face' : { index: hidden.anchor, flight };
  });

  /** The faces that share most with it. */
  readonly neighbours = $derived.by((): Neighbour[] => {
    if (typeof this.of === 'string') return [];
    const { index, flight } = this.of;
    const { codes, logVar } = flight.cloud;
    const d = flight.card.latentSize;
    const shadows = this.#shadows(flight);
    return closestPosteriors(index, codes, logVar!, d, NEIGHBOURS).map(({ index: other, distance }) => ({
      index: other,
      inView: shadows && Math.exp(-shadowDistance(shadows(index), shadows(other))),
      overall: Math.exp(-distance),
      perLatent: Math.exp(-distance / d),
    }));
  });

  /** Its ellipsoid and those of its neighbours, the face's own first; empty where a frame has none (a layout). */
  readonly ellipsoids = $derived.by((): Ellipsoid[] => {
    if (typeof this.of === 'string') return [];
    const shadows = this.#shadows(this.of.flight);
    return shadows ? [this.of.index, ...this.neighbours.map(({ index }) => index)].map(shadows) : [];
  });

  /** New noise for the scrubbing and the draws. */
  redraw(): void {
    if (typeof this.of === 'string') return;
    const d = this.of.flight.card.latentSize;
    this.#noise = { u: normals(d, this.#random), v: normals(d, this.#random) };
    this.scrub(this.x, this.y);
    void this.#decodeDraws();
  }

  /** Looks at another ε. @param x, y on the disc of noise: 0 is the mean, the unit circle the typical size */
  scrub(x: number, y: number): void {
    this.x = x;
    this.y = y;
    const code = this.#codeAt(x, y);
    if (!code) return;
    this.live.want(code);
    this.#showDraws();
  }

  /** The face changed: its mean, and draws anew. */
  follow(): void {
    this.live.clear();
    this.draws = null;
    if (typeof this.of === 'string') return;
    this.live.use(this.of.flight.id);
    this.x = this.y = 0;
    this.redraw();
  }

  /** Flies to the draw that is being looked at. It stays one of this face's: its posterior is what one looks at. */
  goThere(): void {
    if (this.face && typeof this.of !== 'string') this.#explorer.goTo(this.face.code, this.of.index);
  }

  /** The layer that shows the draws in the space, while it does. */
  showIn(layer: Ellipsoids | null): void {
    this.#layer = layer;
    this.#showDraws();
  }

  #shadows({ cloud, card }: Flight): ((index: number) => Ellipsoid) | null {
    const { frame, positions, logVar } = cloud;
    if (frame.kind === 'layout') return null;
    const d = card.latentSize;
    const inverse = frameInverse(frame);
    return (n) => {
      const [x, y, z] = positions.subarray(3 * n, 3 * n + 3);
      return shadowOf([x, y, z], logVar!.subarray(n * d, (n + 1) * d), inverse);
    };
  }

  #codeAt(x: number, y: number): Float32Array | null {
    if (typeof this.of === 'string') return null;
    const { index, flight } = this.of;
    const d = flight.card.latentSize;
    const { codes, logVar } = flight.cloud;
    const { u, v } = this.#noise;
    return Float32Array.from({ length: d }, (_, i) => {
      const sigma = Math.exp(logVar![index * d + i] / 2);
      return codes[index * d + i] + sigma * (x * u[i] + y * v[i]);
    });
  }

  #ring(): Float32Array | null {
    const codes = Array.from({ length: DRAWS }, (_, k) => {
      const angle = (2 * Math.PI * k) / DRAWS;
      return this.#codeAt(Math.sin(angle), -Math.cos(angle));
    });
    return codes[0] && Float32Array.from(codes.flatMap((code) => [...code!]));
  }

  async #decodeDraws(): Promise<void> {
    if (typeof this.of === 'string') return;
    const current = this.#turns.begin();
    try {
      const draws = await this.#engine.decode(this.of.flight.id, this.#ring()!);
      if (current()) this.draws = draws;
    } catch {
      // told by the live decoder, which asks the same model
      if (current()) this.draws = null;
    }
  }

  #showDraws(): void {
    const { frame } = this.#explorer.flight?.cloud ?? {};
    const code = this.#codeAt(this.x, this.y);
    if (!this.#layer || !frame || !code || frame.kind === 'layout') return;
    this.#layer.setDraws(toScene(Float32Array.from([...this.#ring()!, ...code]), frame));
    this.#explorer.scene.invalidate();
  }
}
