/** Where a code lies among the codes of a model. */
import type { Typicality } from '../../../contract';
import { CodeDensity } from './code-density';
import { percentile } from '../../maths/quantile';
import { nearest } from '../../maths/nearest';

/** Below these shares of the data's own codes a place is at the edge, or in a hole. */
const EDGE_PERCENTILE = 0.1;
const HOLE_PERCENTILE = 0.01;
/** Multiplications that finding out how dense the data's own codes lie may take: a few seconds. */
const MOST_MULTIPLICATIONS = 1e9;
const [FEWEST_SAMPLES, MOST_SAMPLES] = [100, 1000];

/** Tells the typicality of codes; making one takes up to some seconds for very many codes. */
export class TypicalityEstimator {
  readonly #codes: Float32Array;
  readonly #density: CodeDensity | null;
  /** Log-densities of the data's own codes, ascending. */
  readonly #ownLogDensities: Float64Array;

  /**
   * @param codes `[count, latentSize]`, at least one
   * @param logVar ln σ² of their posteriors, as large; null where codes are points
   * @param data whether the codes come from data: draws from a prior have neighbours, but say nothing of data
   */
  constructor(codes: Float32Array, latentSize: number, logVar: Float32Array | null, data: boolean) {
    this.#codes = codes;
    this.#density = data && codes.length > latentSize ? new CodeDensity(codes, latentSize, logVar) : null;
    const samples = Math.max(FEWEST_SAMPLES, Math.min(MOST_SAMPLES, Math.floor(MOST_MULTIPLICATIONS / codes.length)));
    this.#ownLogDensities = this.#density?.leaveOneOut(samples) ?? new Float64Array();
  }

  /** @param code `[latentSize]` */
  of(code: Float32Array): Typicality {
    const { index, distance } = nearest(this.#codes, code)!;
    if (!this.#density) return { nearest: index, distance, density: null };
    const log = this.#density.logDensity(code);
    const share = percentile(this.#ownLogDensities, log);
    const place = share >= EDGE_PERCENTILE ? 'inside' : share >= HOLE_PERCENTILE ? 'edge' : 'hole';
    return { nearest: index, distance, density: { log, percentile: share, place } };
  }
}
