/** Holes: where a model does not take to codes of its own making. */
import type { Frame } from './frames';
import type { ModelId } from './models';

/** How a model takes to a code of its own making. */
export interface HoleReading {
  /** Re-encoding drift `‖E(D(z)) − z‖`; null for a model without an encoder. */
  drift: number | null;
  /** Log-density under the aggregated posterior, nats; null for a model without codes. */
  density: number | null;
}

/** The 5 %, 50 % and 95 % quantiles of a reading among the codes of the data. */
export interface Spread {
  low: number;
  median: number;
  high: number;
}

/** What is usual where the data is: a drift of many times the median is a hole. */
export interface HoleScale {
  drift: Spread | null;
  density: Spread | null;
}

/** Arguments of a hole map: a cube of a frame. */
export interface HoleMapArguments {
  frame: Frame;
  /** What every code holds beyond the frame, `[latentSize]`; absent: nothing. */
  hidden?: Float32Array;
  centre: [number, number, number];
  /** Half the cube's side, scene units. */
  radius: number;
  /** Points a side of the finest grid: 3, 5, 9, 17, 33 or 65. */
  side: number;
}

/**
 * Readings at the points of a cubic grid, `[side³]`, x fastest, then y, then z. Along each axis point i lies at
 * `centre − radius + 2 · radius · i / (side − 1)`.
 */
export interface HoleMap {
  centre: [number, number, number];
  radius: number;
  side: number;
  drift: Float32Array | null;
  density: Float32Array | null;
}

export interface HoleRequests {
  /** What is usual among the codes of the data; measured at the first call. */
  holeScale(id: ModelId): Promise<HoleScale>;
  /** The reading at one code. */
  holeReading(id: ModelId, code: Float32Array): Promise<HoleReading>;
  /**
   * Readings over a cube, coarse to fine, whenever no face is being waited for: finished coarser grids arrive as `onHoles`.
   * A later request for the same model takes the place of this one, which then rejects with `cancelled`.
   */
  holeMap(id: ModelId, request: HoleMapArguments): Promise<HoleMap>;
  /** Ends the work on the model's hole map, if there is any. */
  cancelHoleMap(id: ModelId): Promise<void>;
  /** A hole map as a file of numbers: one row a point with x, y, z, drift and log-density. */
  holeFile(map: HoleMap, format: 'csv' | 'npy'): Promise<Uint8Array>;
}

export interface HoleEvents {
  /** Points of a hole map measured so far; `map`: a grid of it, coarser than asked for, was finished with the last. */
  onHoles(id: ModelId, done: number, total: number, map: HoleMap | null): void;
}
