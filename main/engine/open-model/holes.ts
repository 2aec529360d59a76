/** Where a model's space has holes: re-encoding drift and density, at one code and over a grid of a frame. */
import {
  type HoleMap,
  type HoleReading,
  type HoleMapArguments,
  type HoleScale,
  type Spread,
  UserError,
} from '../../contract';
import type { Model } from '../models';
import { inPieces, throwIfCancelled, type Watch } from '../scheduling/watch';
import type { Priority } from '../scheduling/priority';
import { CodeDensity } from '../space/holes/code-density';
import { evenRows } from '../maths/evenly';
import { quantile } from '../maths/quantile';
import { driftOf } from '../space/holes/drift';
import { codesAt } from '../space/frames/frame';
import { newPoints, placesOf, refine, sidesUpTo } from '../space/holes/grid';

/** Codes measured at a time: between two such pieces a moving camera gets its face. */
const CODES_A_PIECE = 8;
/** Codes of the data that are measured for comparison: quantiles within a few percent. */
const SAMPLES = 400;
/** Codes that make up the density: more would take longer than decoding does, and hardly change it. */
const DENSITY_CODES = 4096;
/** The finest grid has this many points a side: 274,625 in all. */
const FINEST = 65;
/** Milliseconds between reports of progress. */
const REPORT_EVERY = 100;
const SIDES = sidesUpTo(FINEST);

/** Progress reports each finished grid, coarse to fine, before the last one. */
export type HoleWatch = Watch<[map: HoleMap | null]>;

/** The holes of one open model. */
export class Holes {
  readonly #model: Model;
  readonly #priority: Priority;
  #spread: Promise<HoleScale> | null = null;
  #codeDensity: CodeDensity | null = null;

  constructor(model: Model, priority: Priority) {
    this.#model = model;
    this.#priority = priority;
  }

  /** Of the model's codes, or of 4096 of them, evenly chosen; null for a model without. Takes some tenths of a second. */
  get #density(): CodeDensity | null {
    return (this.#codeDensity ??= densityOf(this.#model));
  }

  /**
   * What is usual among the codes of the data (of at most 400, evenly chosen): what readings are to be held against.
   * Measured once.
   */
  scale(signal?: AbortSignal): Promise<HoleScale> {
    this.#spread ??= this.#measureScale(signal).catch((error: unknown) => {
      this.#spread = null;
      throw error;
    });
    return this.#spread;
  }

  readonly #turn = (): Promise<void> => this.#priority.turn();

  /** At one code, `[latentSize]`. Does not wait for its turn: the window is waiting. */
  async at(code: Float32Array): Promise<HoleReading> {
    const { drift, density } = await this.#measure(code);
    return { drift: drift?.[0] ?? null, density: density?.[0] ?? null };
  }

  /**
   * Drift and density over a cube of a frame, on grids of 3, 5, 9, … points a side up to `side`. Urgent work goes first.
   * @throws UserError `cancelled`; `bad-settings` for a side other than these, or a cube without size; `bad-model` for
   * a model that can neither encode nor brings codes
   */
  async map(request: HoleMapArguments, { signal, onProgress }: HoleWatch = {}): Promise<HoleMap> {
    const { frame, hidden, centre, radius } = request;
    const sides = this.#check(request);
    const total = request.side ** 3;
    const { canEncode } = this.#model.card;
    let drift = canEncode ? new Float32Array(0) : null;
    let density = this.#model.codes ? new Float32Array(0) : null;
    let done = 0;
    let reported = -Infinity;
    for (const side of sides) {
      const before = (side + 1) / 2;
      const grow = (values: Float32Array) => (side === sides[0] ? new Float32Array(side ** 3) : refine(values, before));
      drift = drift && grow(drift);
      density = density && grow(density);
      const points = newPoints(side);
      for await (const { start, end } of inPieces(points.length, CODES_A_PIECE, { signal, turn: this.#turn })) {
        const piece = points.subarray(start, end);
        const found = await this.#measure(codesAt(frame, placesOf(piece, side, { centre, radius }), hidden));
        piece.forEach((point, n) => {
          if (drift) drift[point] = found.drift![n];
          if (density) density[point] = found.density![n];
        });
        done += piece.length;
        if (performance.now() - reported < REPORT_EVERY) continue;
        reported = performance.now();
        onProgress?.(done, total, null);
      }
      throwIfCancelled(signal);
      if (side === request.side) break;
      onProgress?.(done, total, {
        centre,
        radius,
        side,
        drift: drift?.slice() ?? null,
        density: density?.slice() ?? null,
      });
    }
    return { centre, radius, side: request.side, drift, density };
  }

  async #measureScale(signal?: AbortSignal): Promise<HoleScale> {
    const { codes, card } = this.#model;
    if (!codes) return { drift: null, density: null };
    const d = card.latentSize;
    const sampled = evenRows(codes, d, SAMPLES);
    const samples = sampled.length / d;
    const drift = new Float32Array(samples);
    for await (const { start, end } of inPieces(samples, CODES_A_PIECE, { signal, turn: this.#turn })) {
      const found = await this.#measure(sampled.subarray(start * d, end * d));
      if (found.drift) drift.set(found.drift, start);
    }
    const density = this.#density!.leaveOneOut(samples);
    return { drift: card.canEncode ? spreadOf(drift) : null, density: density.length > 0 ? spreadOf(density) : null };
  }

  async #measure(codes: Float32Array): Promise<{ drift: Float32Array | null; density: Float32Array | null }> {
    const { canEncode, latentSize } = this.#model.card;
    const density = this.#density?.logDensities(codes) ?? null;
    if (!canEncode) return { drift: null, density };
    const { mu } = await this.#model.encode(await this.#model.decode(codes));
    return { drift: driftOf(codes, mu, latentSize), density };
  }

  #check({ side, centre, radius }: HoleMapArguments): number[] {
    if (!this.#model.card.canEncode && !this.#model.codes) {
      throw new UserError('bad-model.nothing-to-measure-holes', { path: this.#model.card.path });
    }
    if (!SIDES.includes(side)) {
      throw new UserError('bad-settings.hole-side', { sides: SIDES.join(', '), side });
    }
    if (!(radius > 0 && Number.isFinite(radius) && centre.every(Number.isFinite))) {
      throw new UserError('bad-settings.hole-cube');
    }
    return sidesUpTo(side);
  }
}

function spreadOf(values: Float32Array | Float64Array): Spread {
  return { low: quantile(values, 0.05), median: quantile(values, 0.5), high: quantile(values, 0.95) };
}

function densityOf({ codes, logVar, card: { latentSize } }: Model): CodeDensity | null {
  if (!codes) return null;
  const pick = (rows: Float32Array) => evenRows(rows, latentSize, DENSITY_CODES);
  return new CodeDensity(pick(codes), latentSize, logVar && pick(logVar));
}
